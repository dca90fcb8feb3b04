#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/plan.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// The example without its algorithm.
std::string planning(const std::string& plan) {
  Json document = Json::parse(training_example);
  document.erase("algorithm");
  document["model"].erase("bytes_per_scalar");  // in whose place precisions stand
  document["plan"] = Json::parse(plan);
  return document.dump();
}

Lines faults_of_plan(const std::string& plan) { return faults_of(planning(plan)); }

Result<Scenario> read(const std::string& plan) { return changed(planning(plan), {}); }

}  // namespace

TEST_CASE("read_plan: without kinds, all of the registry; with them, these") {
  const auto all = read("{}");
  REQUIRE(all.ok());
  CHECK(all->plan.kinds.size() == models::algorithms().size());
  CHECK(all->runs.empty());
  const auto two = read(R"({"kinds": ["zero", {"kind": "gpipe", "label": "pipe",
                            "micro_batches": [2, 4, 2], "rematerialization": true}]})");
  REQUIRE(two.ok());
  REQUIRE(two->plan.kinds.size() == 2);
  CHECK(two->plan.kinds[0].label == "zero");
  CHECK(two->plan.kinds[1].label == "pipe");
  REQUIRE(two->plan.kinds[1].given.size() == 2);
  CHECK(two->plan.kinds[1].given[0].name == "micro_batches");
  CHECK(two->plan.kinds[1].given[0].values ==
        std::vector<models::OptionValue>{std::int64_t{2}, std::int64_t{4}});
  CHECK(two->plan.kinds[1].given[1].values == std::vector<models::OptionValue>{true});
}

TEST_CASE("read_plan: of the scenario's algorithms, what is written is fixed") {
  const auto scenario = changed(training_example, {{"/plan", "{}"}});
  REQUIRE(scenario.ok());
  REQUIRE(scenario->plan.kinds.size() == 1);
  CHECK(scenario->plan.kinds[0].algorithm->kind == "sync_sgd");
  REQUIRE(scenario->plan.kinds[0].given.size() == 1);  // ring, though it is the default
  CHECK(scenario->plan.kinds[0].given[0].name == "allreduce");
}

TEST_CASE("read_plan: ranges, and lists of lists for options that hold a list") {
  const auto scenario = read(R"({"kinds": [{"kind": "sync_sgd",
      "accumulation_steps": {"from": 1, "to": 8, "times": 2}, "levels": [[2, 2], [4]]},
      {"kind": "pipedream", "replicas": [2, 1, 1]}]})");
  REQUIRE(scenario.ok());
  const auto& given = scenario->plan.kinds[0].given;
  REQUIRE(given.size() == 2);
  CHECK(given[0].values.size() == 2);
  CHECK(given[1].values.size() == 4);
  REQUIRE(scenario->plan.kinds[1].given.size() == 1);
  CHECK(scenario->plan.kinds[1].given[0].values.size() == 1);
}

TEST_CASE("read_plan: what is wrong is said where it stands") {
  CHECK(
      faults_of_plan(R"({"kinds": ["zro", {"kind": "gpipe", "micro_batchs": [1]},
                                     {"kind": "sync_sgd", "allreduce": ["ring", "mpi"]}],
                           "hots": [2]})") ==
      Lines{
          R"(/plan/kinds/0: unknown algorithm "zro"; did you mean "zero"?)",
          R"(/plan/kinds/1/micro_batchs: unknown key "micro_batchs"; did you mean "micro_batches"?)",
          R"(/plan/kinds/2/allreduce/1: "mpi" is MPI_Allreduce itself, which nobody can simulate)",
          R"(/plan/hots: unknown key "hots"; did you mean "hosts"?)"});
  CHECK(faults_of_plan(R"({"kinds": []})") ==
        Lines{"/plan/kinds: must have at least one kind, found none"});
  CHECK(faults_of_plan(R"({"kinds": [{"kind": "gpipe", "micro_batches": []}]})") ==
        Lines{"/plan/kinds/0/micro_batches: must be a list of at least one value, a range, or a "
              "value, found a list of 0"});
  CHECK(faults_of_plan(R"({"kinds": [{"kind": "gpipe", "micro_batches": [2, -1, "x"]}]})") ==
        Lines{"/plan/kinds/0/micro_batches/1: must be at least 0, found -1",
              R"(/plan/kinds/0/micro_batches/2: must be an integer, found "x")"});
  CHECK(faults_of_plan(R"({"kinds": ["zero"], "options": {"micro_batches": [2], "stage": 4}})") ==
        Lines{"/plan/options/micro_batches/0: is an option of none of the kinds",
              "/plan/options/stage: must be at most 3, found 4"});
  CHECK(faults_of_plan("[1]").size() == 1);
}

TEST_CASE("read_plan: hosts, precisions and other axes must make sound scenarios") {
  CHECK(faults_of_plan(R"({"hosts": [2, 0], "precision": ["mixed", "fp12"]})") ==
        Lines{"/plan/hosts/1: must be at least 1, found 0",
              R"(/plan/precision/1: unknown precision "fp12"; did you mean "fp32"?)"});
  CHECK(faults_of_plan(R"({"axes": {"/model/widht": [1, 2]}})") ==
        Lines{R"(/plan/axes/~1model~1widht: unknown key "widht"; did you mean "width"?)"});
  CHECK(faults_of_plan(R"({"axes": {"/algorithm/kind": ["zero"]}})") ==
        Lines{"/plan/axes/~1algorithm~1kind: must lead to the model, the training or the cluster"});
  CHECK(read(R"({"hosts": {"from": 2, "to": 8, "times": 2}, "precision": "mixed"})").ok());
}

TEST_CASE("read_plan: other commands refuse the key, with algorithms or without") {
  LoadOptions options;
  options.plan = PlanUse::refused;
  CHECK(faults_of(planning("{}"), options) == Lines{"/plan: only `lockstep plan` searches it"});
  options.overrides = {{"/plan", "{}"}};
  CHECK(faults_of(training_example, options) == Lines{"/plan: only `lockstep plan` searches it"});
  CHECK(faults_of(traffic_example, {{"/plan", "{}"}}) ==
        Lines{R"(/plan: cannot be combined with "traffic")"});
  CHECK(faults_of(training_example, {{"/plan", R"({"kinds": ["zero"]})"}}) ==
        Lines{R"(/plan/kinds: cannot be combined with "algorithm")"});
}

TEST_CASE("read_plan: the resolved scenario resolves to itself") {
  const auto scenario = read(R"({"kinds": ["zero"], "hosts": [2, 4]})");
  REQUIRE(scenario.ok());
  const auto again = parse_scenario(scenario->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved == scenario->resolved);
}
