// The runs on the network that is computed, where it is another than the one that is costed.
#include "runs/computed_runs.hpp"

#include <doctest/doctest.h>

#include "models/cost/algorithm.hpp"
#include "models/data/data_kind.hpp"
#include "models/readers/train/train.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::runs {

namespace {

// PipeDream's own cut on three hosts of layers that cost most at the beginning, with gradients so
// large for the network that no stage is replicated; what is computed is equally wide.
scenarios::Scenario first_layers_cost_most(std::int64_t computed_layers) {
  models::testing::RunOf run;
  run.kind = "pipedream";
  run.hosts = 3;
  run.device.launch_overhead_s = 0;
  run.bytes_per_s = 1e10;
  run.mlp = {.layers = 6,
             .width = 0,
             .shapes = {{1024, 1024}, {1024, 1024}, {1024, 64}, {64, 64}, {64, 64}, {64, 64}}};
  run.training = {.batch = 8, .iterations = 9};
  run.options = {{"partition", std::string("auto")}};
  scenarios::Scenario scenario;
  scenario.runs = {run.setup()};
  scenario.numerics.mlp = {.layers = computed_layers, .width = 64};
  return scenario;
}

}  // namespace

TEST_CASE("computed runs: layers are divided as those that are costed") {
  const scenarios::Scenario scenario = first_layers_cost_most(6);
  const models::Setup& costed = scenario.runs.front();
  const auto computed = computed_runs(scenario);
  REQUIRE(computed.ok());
  const models::Setup& setup = computed->front();
  const auto partition = setup.algorithm->partition;
  REQUIRE(partition(costed).size() > 1);
  models::Setup on_its_own = setup;
  on_its_own.partition.clear();
  REQUIRE_FALSE(partition(on_its_own) == partition(costed));
  CHECK(partition(setup) == partition(costed));
}

TEST_CASE("computed runs: the last point of the loss curve is the model that the run ends with") {
  const scenarios::Scenario scenario = first_layers_cost_most(6);
  const models::Setup computed = computed_runs(scenario)->front();
  models::DataSpec data;
  data.kind = models::find_data_kind("digits");
  const models::Problem problem = models::problem_of(
      computed, scenario.numerics,
      std::make_shared<const models::DividedData>(*models::load_data(data, computed.mlp)));
  models::TrainOptions how;
  how.points = 3;
  const models::Trained trained = models::train(scenario.runs.front(), problem, how);
  REQUIRE(trained.numbers.finished);
  CHECK(trained.curve.loss.back() == trained.numbers.model.quality.loss);
}

TEST_CASE("computed runs: layers that are divided by their cost must be as many") {
  const auto computed = computed_runs(first_layers_cost_most(5));
  REQUIRE_FALSE(computed.ok());
  REQUIRE(computed.faults().size() == 1);
  CHECK(computed.faults()[0].pointer == "/numerics/layers");
  CHECK(computed.faults()[0].message ==
        "must be the model's 6 layers, which pipedream divides by what they cost, found 5");
}

}  // namespace lockstep::runs
