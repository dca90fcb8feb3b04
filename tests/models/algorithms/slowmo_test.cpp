// SlowMo: what its paper says of it, and what it shares with model averaging.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Option = std::pair<std::string, OptionValue>;

testing::RunOf slowmo(std::vector<Option> options) {
  testing::RunOf run;
  run.kind = "slowmo";
  run.training.iterations = 5;
  run.device.launch_overhead_s = 0;
  run.options = std::move(options);
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

// n = 3 (64^2 + 64) parameters, 4 workers, 5 iterations in rounds of 2: 3 rounds.
constexpr std::int64_t parameters = 12'480;
const Option rounds_of_2 = {"sync_period", std::int64_t{2}};

}  // namespace

TEST_CASE("slowmo: without slow momentum and at full step it is model_averaging") {
  const testing::RunOf run =
      slowmo({rounds_of_2, {"slow_momentum", 0.0}, {"slow_learning_rate", 1.0}});
  testing::RunOf reference = run;
  reference.kind = "model_averaging";
  reference.options = {rounds_of_2};
  const Simulated slow = simulated(run);
  const Simulated averaged = simulated(reference);
  CHECK(slow.bytes == averaged.bytes);
  CHECK(slow.messages == averaged.messages);
  CHECK(slow.flops == averaged.flops);
  CHECK(slow.makespan == averaged.makespan);
}

TEST_CASE("slowmo: a slow step a round and worker, also after the last, shorter one") {
  // Plain steps take 2 FLOPs a parameter, 5 of them; slow ones 6, after steps 2, 4 and 5.
  CHECK(simulated(slowmo({rounds_of_2})).flops[ComputeKind::update] ==
        Count{4} * (5 * 2 + 3 * 6) * parameters);
}

TEST_CASE("slowmo: keeps the common model and the slow momentum, two models more") {
  const Setup setup = slowmo({}).setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == Count{2} * parameters * 4);
}

}  // namespace lockstep::models
