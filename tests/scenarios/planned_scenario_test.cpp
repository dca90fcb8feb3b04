#include "scenarios/planned_scenario.hpp"

#include <doctest/doctest.h>

#include <set>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/planned_values.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Result<PlannedScenario> planned(const std::string& plan) {
  Json document = Json::parse(training_example);
  document.erase("algorithm");
  document["model"].erase("bytes_per_scalar");  // in whose place precisions stand
  document["plan"] = Json::parse(plan);
  return PlannedScenario::of(document, ".", "scenario", {});
}

std::vector<std::string> algorithms_of(const PlannedScenario& planned) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < planned.candidates(); ++i) all.push_back(planned.algorithm(i).dump());
  return all;
}

}  // namespace

TEST_CASE("planned_scenario: every option of the registry is tried or left alone, on purpose") {
  for (const models::Algorithm* algorithm : models::algorithms())
    for (const models::OptionSpec& option : algorithm->options) {
      CAPTURE(algorithm->kind);
      CAPTURE(option.name);
      CHECK(is_tried(option.name) != is_left_alone(option.name));
    }
}

TEST_CASE("planned_scenario: candidates are all combinations, the last option varying fastest") {
  const auto found = planned(R"({"hosts": 4, "kinds": [
      {"kind": "gpipe", "micro_batches": [2, 4], "stages": 0, "rematerialization": [false, true]},
      "sgd"]})");
  REQUIRE(found.ok());
  CHECK(algorithms_of(*found) ==
        Lines{R"({"kind":"gpipe","label":"gpipe","micro_batches":2})",
              R"({"kind":"gpipe","label":"gpipe","micro_batches":2,"rematerialization":true})",
              R"({"kind":"gpipe","label":"gpipe","micro_batches":4})",
              R"({"kind":"gpipe","label":"gpipe","micro_batches":4,"rematerialization":true})",
              R"({"kind":"sgd","label":"sgd"})"});
  CHECK(found->telling_options(2).dump() == R"({"micro_batches":4,"rematerialization":false})");
}

TEST_CASE("planned_scenario: by default, hosts are halved, and degrees are divisors of hosts") {
  // 4, 2 and 1 hosts, on which tensors and pipelines are divided by 1, 2, 4; by 1, 2; and by 1.
  const auto found = planned(R"({"kinds": [{"kind": "three_d_parallel", "micro_batches": 1,
      "split": "pairs", "allreduce": "ring", "compression": "none"}]})");
  REQUIRE(found.ok());
  CHECK(found->candidates() == 9 + 4 + 1);
  CHECK(found->at(0).front().value() == 4);
  CHECK(found->at(13).front().value() == 1);
}

TEST_CASE("planned_scenario: options of any kind hold unless a kind says otherwise") {
  const auto found = planned(R"({"hosts": 4, "options": {"micro_batches": [2], "stages": 0,
      "allreduce": ["ring", "star"], "rematerialization": false},
      "kinds": ["gpipe", {"kind": "pipeline_1f1b", "micro_batches": [1, 4]},
                {"kind": "tensor_parallel", "split": "row"},
                {"kind": "model_averaging", "sync_period": 1, "servers": 1,
                 "placement": "dedicated", "accumulation_steps": 1}]})");
  REQUIRE(found.ok());
  // tensor_parallel has no star.
  CHECK(algorithms_of(*found) ==
        Lines{R"({"kind":"gpipe","label":"gpipe","micro_batches":2})",
              R"({"kind":"pipeline_1f1b","label":"pipeline_1f1b","micro_batches":1})",
              R"({"kind":"pipeline_1f1b","label":"pipeline_1f1b","micro_batches":4})",
              R"({"kind":"tensor_parallel","label":"tensor_parallel","split":"row"})",
              R"({"kind":"model_averaging","label":"model_averaging"})",
              R"({"kind":"model_averaging","label":"model_averaging","allreduce":"star"})"});
}

TEST_CASE("planned_scenario: a candidate is the only run of the scenario that it is saved as") {
  const auto found = planned(R"({"hosts": [2, 4], "precision": ["fp32", "mixed"],
                                 "kinds": ["zero", "sync_sgd"]})");
  REQUIRE(found.ok());
  int sound = 0;
  for (std::size_t i = 0; i < found->candidates(); i += 7) {
    const auto setup = found->setup(i);
    const auto scenario = found->scenario(i);
    CHECK(setup.ok() == scenario.ok());
    if (!setup.ok() || !scenario.ok()) continue;
    ++sound;
    REQUIRE(scenario->runs.size() == 1);
    const models::Setup& run = scenario->runs.front();
    CHECK(run.options.all() == setup->options.all());
    CHECK(run.workers == setup->workers);
    CHECK(run.mlp.precision.master_copy == setup->mlp.precision.master_copy);
    CHECK(models::closed_form_of(run).makespan == models::closed_form_of(*setup).makespan);
    const auto again = parse_scenario(scenario->resolved.dump(), ".");
    REQUIRE(again.ok());
    CHECK(again->runs.front().options.all() == setup->options.all());
  }
  CHECK(sound > 50);
}

TEST_CASE("planned_scenario: a run that differs only in an option without effect is a repetition") {
  const auto found = planned(R"({"hosts": 4, "kinds": [{"kind": "sync_sgd", "accumulation_steps": 1,
      "allreduce": ["ring", "sharded_server"], "servers": [1, 2], "placement": "colocated",
      "overlap": false, "compression": "none", "double_buffering": false}]})");
  REQUIRE(found.ok());
  std::vector<bool> repeats;
  for (std::size_t i = 0; i < found->candidates(); ++i) {
    const auto setup = found->setup(i);
    REQUIRE(setup.ok());
    repeats.push_back(found->repeats(i, *setup));
  }
  // A ring has no servers: with 2 of them it is the same run.
  CHECK(repeats == std::vector<bool>{false, true, false, false});
}

TEST_CASE("planned_scenario: a run is no repetition of one that is impossible") {
  // One host cannot be worker and server of a star; of one worker's sums, none has an effect.
  const auto found = planned(R"({"hosts": 1, "kinds": [{"kind": "model_averaging",
      "sync_period": 1, "servers": 1, "placement": "dedicated", "accumulation_steps": 1,
      "allreduce": ["star", "ring", "tree"]}]})");
  REQUIRE(found.ok());
  REQUIRE(found->candidates() == 3);
  CHECK_FALSE(found->setup(0).ok());
  CHECK_FALSE(found->repeats(1, *found->setup(1)));
  CHECK(found->repeats(2, *found->setup(2)));
}

TEST_CASE("planned_scenario: what differs only in its costs learns alike") {
  // Of 2 collectives, 2 compressions and 2 numbers of hosts; sgd has nothing to choose.
  const auto found = planned(R"({"hosts": [4, 2], "kinds": [
      {"kind": "hybrid_parallel", "model_parallel": 1, "split": "row",
       "allreduce": ["ring", "tree"], "compression": ["none", "sign"]}, "sgd"]})");
  REQUIRE(found.ok());
  REQUIRE(found->candidates() == 10);
  const auto group = [&](std::size_t candidate) { return found->learning_group(candidate); };
  // ring none, ring sign, tree none, tree sign, sgd; on 4 hosts, then on 2.
  CHECK(group(0) == group(2));
  CHECK(group(1) == group(3));
  const std::set<std::size_t> groups = {group(0), group(1), group(4), group(5), group(6), group(9)};
  CHECK(groups.size() == 6);
}

TEST_CASE("planned_scenario: more candidates than anybody looks at are refused") {
  const auto found = planned(R"({"kinds": [{"kind": "downpour",
      "push_period": {"from": 1, "to": 9999, "step": 1},
      "fetch_period": {"from": 1, "to": 9999, "step": 1}}]})");
  REQUIRE_FALSE(found.ok());
  CHECK(found.faults().front().pointer == "/plan");
  CHECK(found.faults().front().message.starts_with("has more than 10000000 candidates: "));
}
