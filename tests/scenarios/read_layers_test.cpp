#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

// The network of Seide et al., Interspeech 2014: 429 inputs are not given there; 7 layers of 2048
// and 9304 outputs are.
constexpr std::string_view layers_example = R"({
  "name": "unequal layers",
  "model": { "layers": [ { "inputs": 2048, "outputs": 2048, "count": 7 },
                         { "inputs": 2048, "outputs": 9304 } ] },
  "training": { "global_batch": 6 },
  "cluster": { "topology": { "kind": "star", "hosts": 3, "link": "ethernet_10g" },
               "device": { "flops": "1 TFLOP/s" } },
  "algorithm": { "kind": "sync_sgd" }
})";

Lines with(std::initializer_list<Override> changes) { return faults_of(layers_example, changes); }

}  // namespace

TEST_CASE("read_layers: a list, with counts, resolves to itself") {
  const auto scenario = parse_scenario(layers_example, ".");
  REQUIRE(scenario.ok());
  CHECK(scenario->mlp.layers == 8);
  CHECK(scenario->mlp.shape(6) == models::LayerShape{2048, 2048});
  CHECK(scenario->mlp.shape(7) == models::LayerShape{2048, 9304});
  // 7 (2048^2 + 2048) + 2048 x 9304 + 9304.
  CHECK(scenario->mlp.parameters() == 7 * (2048 * 2048 + 2048) + 2048 * 9304 + 9304);
  const auto again = parse_scenario(scenario->resolved.dump(), ".");
  REQUIRE(again.ok());
  CHECK(again->resolved.dump() == scenario->resolved.dump());
  CHECK(again->mlp.shapes == scenario->mlp.shapes);
}

TEST_CASE("read_layers: neighbours must fit, and only square layers repeat") {
  CHECK(with({{"/model/layers/1/inputs", "1024"}, {"/model/layers/1/count", "2"}}) ==
        Lines{"/model/layers/1/inputs: must be the 2048 outputs of the layer before, found 1024",
              "/model/layers/1/count: must be 1 for a layer of 1024 inputs and 9304 outputs, "
              "found 2"});
  CHECK(with({{"/model/layers", "[]"}}) ==
        Lines{"/model/layers: must have at least one layer, found none"});
  CHECK(with({{"/model/width", "2048"}}) ==
        Lines{"/model/width: cannot be combined with a list of \"layers\""});
  CHECK(with({{"/model/layers/0/input", "3"}, {"/model/layers/1/outputs", "0"}}) ==
        Lines{R"(/model/layers/0/input: unknown key "input"; did you mean "inputs"?)",
              "/model/layers/1/outputs: must be at least 1, found 0"});
}
