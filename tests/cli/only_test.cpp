#include "cli/only.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sim/base/nearest_name.hpp"
#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"

namespace lockstep::cli {

namespace {

struct Workplace {
  testing::TemporaryFolder folder;

  Workplace() {
    const std::string cluster = R"("cluster": { "topology": { "kind": "star", "hosts": 2,
        "link": { "bandwidth": "10 Gbit/s" } }, "device": { "flops": "1 TFLOP/s" } })";
    folder.write("two.json", R"({ "model": { "layers": 2, "width": 64 },
        "training": { "batch_per_worker": 8, "iterations": 2 }, )" +
                                 cluster +
                                 R"(, "algorithms": [ { "kind": "sync_sgd", "label": "ring" },
                                      { "kind": "gpipe", "label": "pipeline" } ] })");
    folder.write(
        "flows.json",
        "{ " + cluster + R"(, "traffic": [ { "from": "host0", "to": "host1", "bytes": 8 } ] })");
  }
  [[nodiscard]] testing::Ended run(const std::vector<std::string>& arguments) const {
    return testing::ChildProgram(arguments, folder.path()).wait();
  }
};

}  // namespace

TEST_CASE("only: edits are letters added, left out or changed") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("gpipe", "gpipe") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);  // k to s, e to i, and a g
  CHECK(edit_distance("1fb", "1f1b") == 1);
}

TEST_CASE("only: one algorithm is run, and its trace has no other") {
  const Workplace place;
  const testing::Ended run =
      place.run({"run", "two.json", "--only", "ring", "-o", "ring.json", "--trace", "trace.json"});
  CHECK(run.code == 0);
  CHECK(run.errors.empty());
  CHECK(run.output.find("pipeline") == std::string::npos);
  const auto report = nlohmann::json::parse(place.folder.read("ring.json"), nullptr, false);
  REQUIRE(report["runs"].size() == 1);
  CHECK(report["runs"][0]["label"] == "ring");
  const std::string trace = place.folder.read("trace.json");
  CHECK(trace.find("ring, worker 1") != std::string::npos);
  CHECK(trace.find("critical path") != std::string::npos);
  CHECK(trace.find("pipeline") == std::string::npos);
  CHECK(place.run({"run", "two.json", "--only", "ring", "--trace", "again.json"}).code == 0);
  CHECK(place.folder.read("again.json") == trace);
}

TEST_CASE("only: a label that none has is an error in usage, which names the nearest") {
  const Workplace place;
  const testing::Ended run = place.run({"run", "two.json", "--only", "pipelin"});
  CHECK(run.code == 2);
  CHECK(run.errors ==
        "lockstep: --only: no algorithm has the label \"pipelin\"; the nearest is \"pipeline\"\n");
  const testing::Ended flows = place.run({"run", "flows.json", "--only", "ring"});
  CHECK(flows.code == 2);
  CHECK(flows.errors.ends_with("lockstep: --only: scenarios of raw flows have no algorithms\n"));
}

TEST_CASE("only: of several scenarios those stay that have the label") {
  const Workplace place;
  const testing::Ended run =
      place.run({"run", "flows.json", "two.json", "--only", "ring", "-o", "all.json"});
  CHECK(run.code == 0);
  CHECK(nlohmann::json::parse(place.folder.read("all.json"), nullptr, false).size() == 1);
}

}  // namespace lockstep::cli
