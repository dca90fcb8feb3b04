// `lockstep calibrate` and `lockstep check`, from outside. Rates and times are never asserted: they
// belong to the machine and the moment.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/sanitized.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;

namespace {

const std::string scenario = R"({
  "name": "small",
  "model": { "layers": 3, "width": 64 },
  "data": "digits",
  "training": { "batch_per_worker": 8, "iterations": 4, "learning_rate": 0.1 },
  "cluster": { "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" },
               "device": { "flops": "1 TFLOP/s" } },
  "sweep": { "/cluster/topology/hosts": [2, 3] },
  "algorithms": [ { "kind": "sync_sgd" }, { "kind": "async_sgd" }, { "kind": "gpipe", "micro_batches": 2 } ]
})";

const std::string machine = R"({
  "schema": 1,
  "machine": { "processor": "Example 1000", "cores": 2, "pulse": 0.001 },
  "device": { "flops": 1e10,
              "measured": { "samples": [8], "widths": [64], "products": [[1e10]],
                            "elements": [1000], "updates": [1e9], "folds": [1e9] } },
  "transports": { "threads": { "link": { "bandwidth": 1e12, "latency": 1e-5 },
                               "endpoint": { "overhead": 1e-6, "copy_bandwidth": 4e9, "eager": true } } }
})";

struct Workplace {
  TemporaryFolder folder;

  Workplace() {
    folder.write("small.json", scenario);
    Json without_sweep = Json::parse(scenario);
    without_sweep.erase("sweep");
    folder.write("one_point.json", without_sweep.dump());
    folder.write("machine.json", machine);
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const {
    return ChildProgram(arguments, folder.path(), "").wait();
  }
};

}  // namespace

TEST_CASE("check: counts and parameters are equal in all points of a sweep") {
  const Workplace here;
  const Ended ended = here.run({"check", "small.json", "--machine", "machine.json", "--tolerance",
                                "1e9", "-o", "check.json", "--html", "check.html"});
  REQUIRE(ended.code == 0);
  CHECK(ended.errors.find("was measured on 2 cores of \"Example 1000\"") != std::string::npos);
  CHECK(ended.output.find("hosts = 3") != std::string::npos);
  const Json report = Json::parse(here.folder.read("check.json"));
  const std::string page = here.folder.read("check.html");
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find(R"("tolerance":1000000000.0)") != std::string::npos);
  REQUIRE(report["runs"].size() == 6);
  for (const Json& run : report["runs"]) {
    CHECK(run["counts"] == "equal");
    CHECK(run["parameters"] == "equal");
    CHECK(run["measured_s"] > 0);
    CHECK(run["all_measured_s"].size() == 5);
  }
}

TEST_CASE("check: a time past the tolerance is exit 1") {
  const Workplace here;
  const Ended ended = here.run(
      {"check", "small.json", "--machine", "machine.json", "--tolerance", "1e-9", "--repeat", "1"});
  CHECK(ended.code == 1);
  CHECK(ended.output.find("rank correlation") != std::string::npos);
}

TEST_CASE("check: a machine that a scenario names, or --set, is the one it is checked on") {
  const Workplace here;
  Json named = Json::parse(scenario);
  named["cluster"] = {{"machine", "machine.json"}, {"hosts", 2}};
  named.erase("sweep");
  here.folder.write("named.json", named.dump());
  const std::string cluster = "/cluster=" + named["cluster"].dump();
  const auto checked = [&](std::vector<std::string> arguments) {
    for (const char* last : {"--tolerance", "1e9", "--repeat", "1", "--quiet", "-o", "check.json"})
      arguments.emplace_back(last);
    const Ended ended = here.run(arguments);
    REQUIRE(ended.code == 0);
    CHECK(ended.errors.find("was measured on 2 cores of \"Example 1000\"") != std::string::npos);
    return Json::parse(here.folder.read("check.json"))["runs"];
  };
  const Json by_file = checked({"check", "named.json"});
  const Json by_set = checked({"check", "small.json", "--set", "/sweep={}", "--set", cluster});
  REQUIRE(by_file.size() == 3);
  REQUIRE(by_set.size() == 3);
  // Of the synchronous one, whose times are those of the machine's file and of nothing else.
  CHECK(by_file[0]["simulated_s"] > 0);
  CHECK(by_set[0]["simulated_s"] == by_file[0]["simulated_s"]);
}

TEST_CASE("check: one file cannot be the page and the report") {
  const Workplace here;
  const Ended ended =
      here.run({"check", "small.json", "--machine", "machine.json", "-o", "x", "--html", "./x"});
  CHECK(ended.code == 2);
  CHECK(ended.errors.find("--output and --html: must not be the same file") != std::string::npos);
}

TEST_CASE("check: bad machines and tolerances are exit 2") {
  const Workplace here;
  here.folder.write("cut.json", machine.substr(0, 100));
  here.folder.write("other.json", R"({"schema": 1})");
  const auto code = [&](const std::string& file, const std::string& tolerance) {
    return here.run({"check", "small.json", "--machine", file, "--tolerance", tolerance}).code;
  };
  CHECK(code("cut.json", "1") == 2);
  CHECK(code("other.json", "1") == 2);
  CHECK(code("nowhere.json", "1") == 2);
  CHECK(code("machine.json", "much") == 2);
  CHECK(code("machine.json", "-1") == 2);
}

// Left out under sanitizers, where its large products take minutes of processor time.
TEST_CASE("calibrate: what it writes is a cluster for any scenario" *
          doctest::skip(lockstep::testing::sanitized)) {
  const Workplace here;
  const Ended measured = here.run({"calibrate", "-o", "here.json", "--quick"});
  REQUIRE(measured.code == 0);
  CHECK(measured.output.find("GFLOP/s") != std::string::npos);
  const Ended ran = here.run(
      {"run", "one_point.json", "--set", R"(/cluster={"machine": "here.json", "hosts": 2})"});
  CHECK(ran.code == 0);
  const Ended checked = here.run(
      {"check", "small.json", "--machine", "here.json", "--tolerance", "1e9", "--repeat", "1"});
  CHECK(checked.code == 0);
  CHECK(checked.errors.find("was measured on") == std::string::npos);
}
