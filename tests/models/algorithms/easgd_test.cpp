// Elastic averaging SGD: what its paper says of it, and what it shares with model averaging.
#include <doctest/doctest.h>

#include "models/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// n = 3 (64^2 + 64) parameters, 4 workers.
constexpr std::int64_t parameters = 12'480;

testing::RunOf easgd(std::int64_t sync_period, std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "easgd";
  run.training.iterations = iterations;
  run.device.launch_overhead_s = 0;
  run.options = {{"sync_period", sync_period}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("easgd: sends what model_averaging sends, and computes the elastic moves besides") {
  for (const std::int64_t sync_period : {0, 1, 2, 3, 7}) {
    CAPTURE(sync_period);
    const testing::RunOf run = easgd(sync_period, 7);
    testing::RunOf reference = run;
    reference.kind = "model_averaging";
    const Simulated elastic = simulated(run);
    const Simulated averaged = simulated(reference);
    CHECK(elastic.bytes == averaged.bytes);
    CHECK(elastic.messages == averaged.messages);
    CHECK(elastic.flops[ComputeKind::reduce] == averaged.flops[ComputeKind::reduce]);
    // 6 FLOPs a parameter on each of 4 workers: x and c take 3 each.
    const std::int64_t moves = sync_period == 0 ? 1 : (7 + sync_period - 1) / sync_period;
    CHECK(elastic.flops[ComputeKind::update] ==
          averaged.flops[ComputeKind::update] + Count{4} * moves * 6 * parameters);
  }
}

TEST_CASE("easgd: steps, sums and elastic moves one after another") {
  // L = 3, N = 64, b = 8: a step is 8 products of 65.536 ns and an update of 24.96 ns. P = 4: a
  // ring allreduce is 6 times 20 + 9.984 us and 3 folds of 3.12 ns. A move of 6 x 12,480 FLOPs at
  // 1 TFLOP/s takes 74.88 ns. 5 steps by 2: 3 sums and moves.
  const double expected_s =
      5 * (8 * 65.536e-9 + 24.96e-9) + 3 * (6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9 + 74.88e-9);
  const testing::RunOf run = easgd(2, 5);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  const Setup setup = run.setup();
  CHECK(setup.algorithm->closed_form(setup).claim == TimeClaim::exact);
}

TEST_CASE("easgd: how stiff the springs are changes neither time nor counts") {
  testing::RunOf run = easgd(2, 5);
  const Simulated standard = simulated(run);
  run.options.emplace_back("elasticity", 0.1);
  const Simulated loose = simulated(run);
  CHECK(loose.makespan == standard.makespan);
  CHECK(loose.flops == standard.flops);
  CHECK(loose.bytes == standard.bytes);
}

TEST_CASE("easgd: keeps the centre and the sum of all models beside its own") {
  const Setup setup = easgd(2, 5).setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == Count{2} * parameters * 4);
}

TEST_CASE("easgd: one worker has nothing to pull at and is sgd") {
  testing::RunOf run = easgd(2, 5);
  run.hosts = 1;
  CHECK(simulated(run).flops[ComputeKind::update] == Count{5} * 2 * parameters);
  const Setup setup = run.setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == 0);
}

}  // namespace lockstep::models
