// `lockstep check --simulate-only`, from outside.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/child_program.hpp"
#include "tests/cli/temporary_folder.hpp"
#include "tests/paths.hpp"

using lockstep::cli::testing::ChildProgram;
using lockstep::cli::testing::Ended;
using lockstep::cli::testing::TemporaryFolder;
using Json = nlohmann::ordered_json;
using Texts = std::vector<std::string>;

namespace {

const std::string scenario = R"({
  "name": "small",
  "model": { "layers": 4, "width": 64 },
  "training": { "batch_per_worker": 16, "iterations": 4 },
  "cluster": { "topology": { "kind": "star", "hosts": 4, "link": "ethernet_10g" },
               "device": { "flops": "1 TFLOP/s" } },
  "sweep": { "/cluster/topology/hosts": [2, 4] },
  "algorithms": [ "sync_sgd", "async_sgd", { "kind": "gpipe", "micro_batches": 2, "stages": 2 } ]
})";

struct Workplace {
  TemporaryFolder folder;

  Workplace() { folder.write("small.json", scenario); }
  [[nodiscard]] Ended check(Texts arguments) const {
    arguments.insert(arguments.begin(), {"check", "--simulate-only"});
    return ChildProgram(arguments, folder.path()).wait();
  }
  [[nodiscard]] Json json(const std::string& name) const { return Json::parse(folder.read(name)); }
};

}  // namespace

TEST_CASE("check --simulate-only: closed forms beside simulations of the scenario's own cluster") {
  const Workplace here;
  const Ended ended = here.check({"small.json", "-o", "claims.json"});
  CHECK(ended.code == 0);
  CHECK(ended.errors.empty());
  CHECK(ended.output.find("hosts = 4\nalgorithm  closed form  simulated  difference  claim") !=
        std::string::npos);
  CHECK(ended.output.find("measured") == std::string::npos);
  const Json claims = here.json("claims.json");
  REQUIRE(claims["runs"].size() == 6);
  Json plain = Json::parse(scenario);
  plain.erase("sweep");
  here.folder.write("plain.json", plain.dump());
  REQUIRE(
      ChildProgram({"run", "plain.json", "-q", "-o", "run.json"}, here.folder.path()).wait().code ==
      0);
  const Json runs = here.json("run.json")["runs"];
  for (std::size_t i = 0; i < 3; ++i) {
    const Json& one = claims["runs"][i + 3];  // the second point has the hosts of the scenario
    CAPTURE(one.dump());
    CHECK(one["point"] == "hosts = 4");
    CHECK(one["label"] == runs[i]["label"]);
    CHECK(one["closed_form_s"] == runs[i]["analytic"]["time_s"]);
    CHECK(one["simulated_s"] == runs[i]["simulated"]["makespan_s"]);
    CHECK(one["flops"] == runs[i]["simulated"]["flops"]["total"]);
    CHECK(one["bytes"] == runs[i]["simulated"]["bytes"]);
    CHECK(one["messages"] == runs[i]["simulated"]["messages"]);
    CHECK(one["counts"] == "equal");
    CHECK(one["time_holds"] == true);
  }
  CHECK(claims["runs"][3]["time_is"] == "exact");
}

TEST_CASE("check --simulate-only: every algorithm of the survey keeps its claims, on any threads") {
  const Workplace here;
  const std::string survey =
      (lockstep::testing::source_folder() / "scenarios/survey.json").string();
  const auto check = [&](const std::string& threads) {
    const Ended ended = here.check(
        {survey, "--set", "/training/iterations=2", "-j", threads, "-o", threads + ".json"});
    CHECK(ended.code == 0);
    return ended.output + here.folder.read(threads + ".json");
  };
  const std::string text = check("1");
  CHECK(text == check("3"));
  CHECK(text.find("counts differ in 0 of 40 runs") != std::string::npos);
}

TEST_CASE(
    "check --simulate-only: what belongs to real runs, and what cannot be checked, is refused") {
  const Workplace here;
  const auto refused = [&](const Texts& arguments, const std::string& message) {
    const Ended ended = here.check(arguments);
    CAPTURE(ended.errors);
    CHECK(ended.code == 2);
    CHECK(ended.errors.find(message) != std::string::npos);
    CHECK(ended.output.empty());
  };
  refused({"small.json", "--repeat", "2"}, "cannot be combined with --repeat");
  refused({"small.json", "--machine", "m.json"}, "cannot be combined with --machine");
  refused({"small.json", "--tolerance", "-1"}, "--tolerance: must be a number above 0");
  refused({"missing.json"}, "missing.json: ");
  refused({"small.json", "--set", R"(/algorithms/0={"kind": "sync_sgd", "allreduce": "mpi"})"},
          "which has no simulation");
  here.folder.write("flows.json", R"({
    "cluster": { "topology": { "kind": "star", "hosts": 2, "link": { "bandwidth": 1e6 } } },
    "traffic": [ { "from": "host0", "to": "host1", "bytes": 1 } ] })");
  refused({"flows.json"}, "flows.json: /traffic: has no closed form to check");
  const Ended real = ChildProgram({"check", "small.json", "-j", "2"}, here.folder.path()).wait();
  CHECK(real.code == 2);
  CHECK(real.errors.find("--jobs: only with --simulate-only") != std::string::npos);
}
