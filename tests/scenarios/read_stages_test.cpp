#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

constexpr std::string_view stages_example = R"({
  "name": "measured",
  "model": { "stages": [
    { "forward": "18.522 ms", "backward_input": "18.086 ms", "backward_weight": "9.337 ms",
      "send": "0.601 ms", "parameters": 1000, "activation_bytes": "1 MB", "count": 2 },
    { "forward": 1, "backward_input": 2, "backward_weight": 3 } ] },
  "training": { "global_batch": 6 },
  "cluster": { "topology": { "kind": "ring", "hosts": 3, "link": "ethernet_10g" } },
  "algorithm": { "kind": "gpipe", "micro_batches": 6 }
})";

Lines with(std::initializer_list<Override> changes) { return faults_of(stages_example, changes); }

}  // namespace

TEST_CASE("read_stages: a list, with counts, without layers and without a device") {
  const auto scenario = parse_scenario(stages_example, ".");
  REQUIRE(scenario.ok());
  REQUIRE(scenario->runs.size() == 1);
  const auto& stages = scenario->runs[0].measured;
  REQUIRE(stages.size() == 3);
  CHECK(stages[0].forward.ps == 18'522'000'000);
  CHECK(stages[0].backward_input.ps == 18'086'000'000);
  CHECK(stages[0].backward_weight.ps == 9'337'000'000);
  CHECK(stages[0].send == Picoseconds{601'000'000});
  CHECK(stages[0].parameter_bytes == 4000);  // 4 bytes a scalar
  CHECK(stages[0].activation_bytes == 1'000'000);
  CHECK(stages[1] == stages[0]);
  CHECK_FALSE(stages[2].send.has_value());
  CHECK(stages[2].activation_bytes == 0);
}

TEST_CASE("read_stages: one object with a count stands for that many") {
  const auto scenario = changed(
      stages_example,
      {{"/model/stages",
        R"({"forward": 1, "backward_input": 2, "backward_weight": 3, "send": 0, "count": 3})"}});
  REQUIRE(scenario.ok());
  CHECK(scenario->measured.size() == 3);
  CHECK(scenario->measured[2].send == Picoseconds{});
}

TEST_CASE("read_stages: what was resolved loads again, and resolves to itself") {
  const std::string one = R"({"forward":1,"backward_input":2,"backward_weight":3,"count":3})";
  for (const auto& first :
       {parse_scenario(stages_example, "."), changed(stages_example, {{"/model/stages", one}})}) {
    REQUIRE(first.ok());
    const auto again = parse_scenario(first->resolved.dump(), ".");
    REQUIRE(again.ok());
    CHECK(again->resolved.dump() == first->resolved.dump());
    CHECK(again->measured == first->measured);
  }
}

TEST_CASE("read_stages: layers and width do not stand beside stages") {
  CHECK(with({{"/model/layers", "3"}, {"/model/width", "4"}}) ==
        Lines{R"(/model/layers: cannot be combined with "stages")",
              R"(/model/width: cannot be combined with "stages")"});
}

TEST_CASE("read_stages: only pipelines can use them, and as many as they have stages") {
  CHECK(with({{"/algorithm", "sync_sgd"}}) ==
        Lines{"/model/stages: sync_sgd needs layers: measured stages give only the times of "
              "consecutive pipeline stages"});
  CHECK(with({{"/algorithm/stages", "2"}}) ==
        Lines{"/model/stages: must have one entry for each of the 2 stages of gpipe, found 3"});
  CHECK(with({{"/cluster/topology/hosts", "5"}}) ==
        Lines{"/model/stages: must have one entry for each of the 5 stages of gpipe, found 3"});
}

TEST_CASE("read_stages: each fault by its place") {
  CHECK(with({{"/model/stages", "3"}}) ==
        Lines{"/model/stages: must be a list of stages, found 3"});
  CHECK(with({{"/model/stages", "[]"}}) ==
        Lines{"/model/stages: must have at least one stage, found none"});
  CHECK(with({{"/model/stages/1", R"({"forward": 1, "backward": 2, "backward_weight": -1})"}}) ==
        Lines{R"(/model/stages/1/backward: unknown key "backward"; there are "forward", )"
              R"("backward_input", "backward_weight", "send", "parameters", )"
              R"("activation_bytes", "count")",
              "/model/stages/1/backward_weight: must be at least 0, found -1",
              "/model/stages/1/backward_input: missing"});
  CHECK(with({{"/model/stages/1/activation_bytes", "0.5"}}) ==
        Lines{"/model/stages/1/activation_bytes: must be a whole number of bytes, found 0.5"});
  CHECK(with({{"/model/stages/1/count", "4194304"}}) ==
        Lines{"/model/stages/1: must give at most 4194304 stages, found 4194306"});
}
