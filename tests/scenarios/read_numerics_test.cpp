#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;
using models::Activation;
using models::Start;

namespace {

Scenario with(std::initializer_list<Override> changes) {
  auto scenario = changed(training_example, changes);
  REQUIRE(scenario.ok());
  return *scenario;
}

Lines faults_with(const std::string& numerics) {
  return faults_of(training_example, {{"/numerics", numerics}});
}

const std::string tapered = R"([{"inputs": 64, "outputs": 32}, {"inputs": 32, "outputs": 10}])";

}  // namespace

TEST_CASE("read_numerics: without it, the model's network is computed") {
  const Scenario scenario = with({});
  CHECK(scenario.numerics.mlp.layers == 4);
  CHECK(scenario.numerics.mlp.width == 64);
  CHECK(scenario.numerics.as_costed);
  CHECK(scenario.numerics.activation == Activation::tanh);
  CHECK(scenario.numerics.start == Start::xavier);
  CHECK_FALSE(scenario.numerics.batch_per_worker);
  CHECK_FALSE(scenario.numerics.target_accuracy);
}

TEST_CASE("read_numerics: it may be narrower, and the resolved copy says what it is") {
  const Scenario scenario =
      with({{"/model/width", "4096"}, {"/numerics", R"({"width": 64, "batch_per_worker": 8})"}});
  CHECK(scenario.numerics.mlp.layers == 4);
  CHECK(scenario.numerics.mlp.width == 64);
  CHECK_FALSE(scenario.numerics.as_costed);
  CHECK(scenario.numerics.batch_per_worker == 8);
  CHECK(scenario.mlp.width == 4096);
  CHECK(scenario.resolved["numerics"] == Json{{"layers", 4},
                                              {"width", 64},
                                              {"activation", "tanh"},
                                              {"start", "xavier"},
                                              {"batch_per_worker", 8}});
}

TEST_CASE("read_numerics: ReLU starts after He, unless told otherwise") {
  CHECK(with({{"/numerics/activation", "relu"}}).numerics.start == Start::he);
  CHECK(with({{"/numerics", R"({"activation": "relu", "start": "xavier"})"}}).numerics.start ==
        Start::xavier);
  CHECK(with({{"/numerics/activation", "relu"}}).numerics.activation == Activation::relu);
}

TEST_CASE("read_numerics: a list of layers is computed as it is, or others in its place") {
  const std::string model = R"({"layers": )" + tapered + "}";
  const Scenario listed = with({{"/model", model}, {"/numerics", "{}"}});
  CHECK(listed.numerics.mlp.shapes == listed.mlp.shapes);
  CHECK(listed.numerics.as_costed);
  CHECK_FALSE(listed.resolved["numerics"].contains("width"));
  CHECK(faults_of(training_example, {{"/model", model}, {"/numerics/width", "64"}}) ==
        Lines{"/numerics/layers: missing"});
  const Scenario other = with({{"/model", model}, {"/numerics", R"({"layers": 3, "width": 16})"}});
  CHECK(other.numerics.mlp.shapes.empty());
  CHECK(other.numerics.mlp.width == 16);
  CHECK_FALSE(other.numerics.as_costed);
}

TEST_CASE("read_numerics: measured stages have no layers, so it must give some to be computed") {
  LoadOptions options;
  options.overrides = {
      {"/model", R"({"stages": {"forward": 1, "backward_input": 1, "backward_weight": 1,
                                "count": 4}})"},
      {"/algorithm", R"({"kind": "gpipe", "micro_batches": 4})"},
      {"/data", "digits"}};
  CHECK(faults_of(training_example, options).empty());
  options.data = DataUse::required;
  CHECK(faults_of(training_example, options) ==
        Lines{"/numerics: must give layers and width, because measured stages have none"});
  options.overrides.push_back({"/numerics", R"({"layers": 4, "width": 64})"});
  CHECK(faults_of(training_example, options).empty());
}

TEST_CASE("read_numerics: values have their ranges") {
  CHECK(faults_with(R"({"layers": 0, "width": 1.5, "batch_per_worker": 0})") ==
        Lines{"/numerics/layers: must be at least 1, found 0",
              "/numerics/width: must be a whole number, found 1.5",
              "/numerics/batch_per_worker: must be at least 1, found 0"});
  CHECK(faults_with(R"({"activation": "tahn", "start": "hee"})") ==
        Lines{R"(/numerics/activation: unknown activation "tahn"; did you mean "tanh"?)",
              R"(/numerics/start: unknown start "hee"; did you mean "he"?)"});
  CHECK(faults_with(R"({"widht": 3})") ==
        Lines{R"(/numerics/widht: unknown key "widht"; did you mean "width"?)"});
  CHECK(faults_with("64") == Lines{"/numerics: must be an object, found 64"});
}

TEST_CASE("read_numerics: a target accuracy is above 0 and at most 1") {
  const Scenario scenario = with({{"/training/target_accuracy", "0.95"}});
  CHECK(scenario.numerics.target_accuracy == 0.95);
  CHECK(scenario.resolved["training"]["target_accuracy"] == 0.95);
  CHECK_FALSE(with({}).resolved["training"].contains("target_accuracy"));
  CHECK(faults_of(training_example, {{"/training/target_accuracy", "0"}}) ==
        Lines{"/training/target_accuracy: must be greater than 0, found 0"});
  CHECK(faults_of(training_example, {{"/training/target_accuracy", "95"}}) ==
        Lines{"/training/target_accuracy: must be at most 1, found 95"});
}
