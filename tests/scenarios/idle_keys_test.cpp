// Keys that none of a scenario's algorithms reads are warned of.
#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// Two stages, whose messages take the time that was measured.
constexpr std::string_view measured_example = R"({
  "name": "measured",
  "model": { "stages": { "forward": 1, "backward_input": 2, "backward_weight": 3, "send": 0,
                         "count": 2 } },
  "training": { "global_batch": 2 },
  "cluster": { "topology": { "kind": "star", "hosts": 2, "link": "ethernet_10g" } },
  "algorithm": "gpipe"
})";

Lines warnings(std::string_view text, std::initializer_list<Override> changes) {
  const auto scenario = changed(text, changes);
  REQUIRE(scenario.ok());
  Lines lines;
  for (const Fault& warning : scenario->warnings)
    lines.push_back(warning.pointer + ": " + warning.message);
  return lines;
}

Lines trained(std::initializer_list<Override> changes) {
  return warnings(training_example, changes);
}
Lines measured(std::initializer_list<Override> changes) {
  return warnings(measured_example, changes);
}

}  // namespace

TEST_CASE("idle keys: defaults, and what training or other algorithms read, are not warned of") {
  CHECK(trained({}).empty());
  CHECK(trained({{"/algorithm", "sgd"}}).empty());  // "max_min" is the default
  CHECK(measured({{"/training/seed", "1"}, {"/training/learning_rate", "0.01"}}).empty());
  CHECK(trained({{"/cluster/slowdown", R"({"distribution": "exponential"})"}}).empty());
}

TEST_CASE("idle keys: how links are shared, where no message is sent") {
  const Override sharing = {"/cluster/sharing", "single_port"};
  CHECK(trained({sharing, {"/algorithm", "sgd"}}) ==
        Lines{"/cluster/sharing: has no effect where no message is sent"});
  CHECK(trained({sharing}).empty());
  CHECK(measured({sharing}) ==
        Lines{"/cluster/sharing: has no effect with stages that all have a measured send"});
  CHECK(measured({sharing, {"/model/stages", R"([
          {"forward": 1, "backward_input": 2, "backward_weight": 3, "send": 0},
          {"forward": 1, "backward_input": 2, "backward_weight": 3}])"}})
            .empty());
}

TEST_CASE(
    "idle keys: independent connections, where messages are in order anyway or none is sent") {
  const Override independent = {"/cluster/connections", "independent"};
  CHECK(trained({independent}).empty());
  CHECK(trained({{"/cluster/connections", "ordered"}, {"/algorithm", "sgd"}}).empty());
  CHECK(trained({independent, {"/algorithm", "sgd"}}) ==
        Lines{"/cluster/connections: has no effect where no message is sent"});
  CHECK(trained({independent, {"/cluster/sharing", "single_port"}}) ==
        Lines{"/cluster/connections: has no effect under \"single_port\", where a host sends one "
              "message at a time"});
  CHECK(warnings(traffic_example, {independent}) ==
        Lines{"/cluster/connections: has no effect on traffic: flows go in order where they "
              "name a \"connection\""});
}

TEST_CASE("idle keys: an engine of reductions on cores that a memory or ranks share") {
  const Override engine = {"/cluster/device/reductions", "engine"};
  CHECK(trained({engine}).empty());
  CHECK(trained({engine, {"/cluster/cores", "2"}}) ==
        Lines{"/cluster/device/reductions: has no effect on cores that ranks share: each core "
              "folds for itself"});
  CHECK(trained({engine, {"/cluster/topology/kind", "shared_memory"}, {"/algorithm", "hogwild"}}) ==
        Lines{"/cluster/device/reductions: has no effect on cores that share a memory: each "
              "folds for itself"});
}

TEST_CASE("idle keys: a key that one of several algorithms reads has its effect") {
  const auto scenario = parse_scenario(R"({
    "model": { "layers": 4, "width": 64 }, "training": { "batch_per_worker": 16 },
    "cluster": { "topology": { "kind": "star", "hosts": 4, "link": "ethernet_10g" },
                 "device": { "flops": 1e12 }, "sharing": "none" },
    "algorithms": [ "sgd", "sync_sgd" ] })",
                                       ".");
  REQUIRE(scenario.ok());
  CHECK(scenario->warnings.empty());
}

TEST_CASE("idle keys: routes and an own topology, where no message is sent") {
  const Override topology = {"/cluster/topology", R"({
    "kind": "custom", "nodes": ["a", "b"], "hosts": 2,
    "links": [ {"from": "a", "to": "b", "bandwidth": 1}, {"from": "a", "to": "b", "bandwidth": 2} ],
    "routes": [ {"from": "a", "to": "b", "links": [1]} ] })"};
  CHECK(trained({topology, {"/algorithm", "sgd"}}) ==
        Lines{"/cluster/topology/routes: has no effect where no message is sent"});
  CHECK(trained({topology}).empty());
  CHECK(trained({{"/algorithm", R"({"kind": "sgd", "topology":
                    {"kind": "star", "hosts": 3, "link": "ethernet_10g"}})"}}) ==
        Lines{"/algorithm/topology: has no effect with one worker, which sends nothing"});
}

TEST_CASE("idle keys: a slowdown by 1, and how long a constant factor holds") {
  CHECK(trained({{"/cluster/slowdown", R"({"distribution": "constant", "per": "worker"})"}}) ==
        Lines{R"(/cluster/slowdown: has no effect with distribution "constant" and a mean of 1)"});
  CHECK(trained({{"/cluster/slowdown",
                  R"({"distribution": "constant", "per": "worker", "mean": 2})"}}) ==
        Lines{R"(/cluster/slowdown/per: has no effect with distribution "constant")"});
}

TEST_CASE("idle keys: entries of the list of devices whose hosts nobody uses") {
  const Override devices = {"/cluster/device",
                            R"([{"hosts": "0-1", "flops": 1}, {"hosts": "2,3", "flops": 2}])"};
  CHECK(trained({devices, {"/algorithm", R"({"kind": "gpipe", "stages": 2})"}}) ==
        Lines{"/cluster/device/1: has no effect on hosts that no algorithm uses"});
  CHECK(trained({devices}).empty());
  // The last host is the server's.
  CHECK(trained({devices, {"/algorithm", "async_sgd"}}).empty());
}

TEST_CASE("idle keys: measured stages learn nothing and compute on no device") {
  CHECK(measured({{"/training/learning_rate", "0.5"},
                  {"/training/seed", "2"},
                  {"/model/bytes_per_scalar", "2"},
                  {"/cluster/device", R"({"flops": 1})"}}) ==
        Lines{"/model/bytes_per_scalar: has no effect with measured stages that have no parameters",
              "/training/learning_rate: has no effect with measured stages: they learn nothing",
              "/training/seed: has no effect with measured stages and no random slowdown",
              "/cluster/device: has no effect with measured stages"});
  CHECK(measured({{"/training/seed", "2"},
                  {"/cluster/slowdown", R"({"distribution": "exponential"})"},
                  {"/model/bytes_per_scalar", "2"},
                  {"/model/stages/parameters", "1000"}})
            .empty());
  // Memory must hold the stage's parameters, whatever device it is on.
  CHECK(measured({{"/cluster/device", R"({"flops": 1, "memory": "1 GB", "efficiency": 0.5})"}}) ==
        Lines{"/cluster/device/efficiency: has no effect with measured stages"});
}

TEST_CASE("idle keys: a lone stage sends nothing") {
  CHECK(measured({{"/model/stages/count", "1"}, {"/cluster/topology/hosts", "1"}}) ==
        Lines{"/model/stages/send: has no effect with one stage, which sends nothing"});
}

TEST_CASE("idle keys: traffic computes nothing") {
  CHECK(warnings(traffic_example, {{"/cluster/device", R"({"flops": 1})"},
                                   {"/cluster/slowdown", R"({"distribution": "constant"})"}}) ==
        Lines{"/cluster/device: has no effect on traffic: nothing is computed",
              "/cluster/slowdown: has no effect on traffic: nothing is computed"});
}

TEST_CASE("idle keys: what was resolved has the same warnings") {
  const auto first = changed(measured_example, {{"/training/seed", "2"},
                                                {"/cluster/device", R"({"preset": "v100_fp32"})"}});
  REQUIRE(first.ok());
  const auto again = parse_scenario(first->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(first->warnings.size() == 1);  // of the seed
  CHECK((again->warnings == first->warnings));
}

TEST_CASE("idle keys: --strict refuses them") {
  LoadOptions options;
  options.strict = true;
  options.overrides = {{"/training/learning_rate", "0.5"}};
  CHECK(faults_of(measured_example, options) ==
        Lines{"/training/learning_rate: has no effect with measured stages: they learn nothing"});
}
