// BMUF: what its paper says of it, and what it shares with model averaging.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Option = std::pair<std::string, OptionValue>;

testing::RunOf bmuf(std::vector<Option> options, std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "bmuf";
  run.training.iterations = iterations;
  run.device.launch_overhead_s = 0;
  run.options = std::move(options);
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

// n = 3 (64^2 + 64) parameters, 4 workers, 5 iterations in blocks of 2: 3 blocks. Plain steps take
// 2 FLOPs a parameter.
constexpr std::int64_t parameters = 12'480;
constexpr Count plain_flops = Count{4} * 5 * 2 * parameters;
const Option blocks_of_2 = {"block_steps", std::int64_t{2}};

}  // namespace

TEST_CASE("bmuf: without momentum and at full step it is model_averaging") {
  for (const bool nesterov : {false, true}) {
    testing::RunOf run = bmuf({blocks_of_2,
                               {"block_momentum", 0.0},
                               {"block_learning_rate", 1.0},
                               {"nesterov", nesterov}},
                              5);
    testing::RunOf reference = run;
    reference.kind = "model_averaging";
    reference.options = {{"sync_period", std::int64_t{2}}};
    const Simulated filtered = simulated(run);
    const Simulated averaged = simulated(reference);
    CHECK(filtered.bytes == averaged.bytes);
    CHECK(filtered.messages == averaged.messages);
    CHECK(filtered.flops == averaged.flops);
    CHECK(filtered.makespan == averaged.makespan);
    const Setup setup = run.setup();
    CHECK(setup.algorithm->closed_form(setup).memory.versions == 0);
  }
}

TEST_CASE("bmuf: a filtered block sends what an averaged one sends") {
  // 3 averages of 2 (P-1) n = 6 x 12,480 scalars of 4 bytes, in 24 messages each.
  for (const bool nesterov : {false, true}) {
    const Simulated run = simulated(bmuf({blocks_of_2, {"nesterov", nesterov}}, 5));
    CHECK(run.bytes == Count{3} * 6 * parameters * 4);
    CHECK(run.messages == 3 * 24);
    CHECK(run.flops[ComputeKind::reduce] == Count{3} * 3 * parameters);
  }
}

TEST_CASE("bmuf: every worker filters after each block, and does not look ahead after the last") {
  // Classical: 5 FLOPs a parameter after each of 3 blocks. Nesterov: 7 after two, 3 after the last.
  const Simulated classical = simulated(bmuf({blocks_of_2}, 5));
  CHECK(classical.flops[ComputeKind::update] == plain_flops + Count{4} * 3 * 5 * parameters);
  const Simulated nesterov = simulated(bmuf({blocks_of_2, {"nesterov", true}}, 5));
  CHECK(nesterov.flops[ComputeKind::update] == plain_flops + Count{4} * (2 * 7 + 3) * parameters);
}

TEST_CASE("bmuf: steps, sums and filters one after another") {
  // As in model_averaging: a step is 8 products of 65.536 ns and an update of 24.96 ns; a ring
  // allreduce is 6 (20 + 9.984 us) + 3 x 3.12 ns. A filter of 5 FLOPs for 12,480 parameters at
  // 1 TFLOP/s takes 62.4 ns.
  const double expected_s =
      5 * (8 * 65.536e-9 + 24.96e-9) + 3 * (6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9 + 62.4e-9);
  const testing::RunOf run = bmuf({blocks_of_2}, 5);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("bmuf: a filter that memory holds up takes as long as 6 scalars a parameter") {
  // 12,480 parameters of 6 scalars of 4 bytes at 1 GB/s: 299.52 us, where averaging has none.
  testing::RunOf run = bmuf({{"block_steps", std::int64_t{0}}}, 1);
  run.device.memory_bytes_per_s = 1e9;
  testing::RunOf averaged = run;
  averaged.options.emplace_back("block_momentum", 0.0);
  CHECK(simulated(run).makespan.seconds() - simulated(averaged).makespan.seconds() ==
        doctest::Approx(299.52e-6).epsilon(1e-9));
}

TEST_CASE("bmuf: keeps the common model and the last step, two models more") {
  const Setup setup = bmuf({}, 5).setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == Count{2} * parameters * 4);
}

TEST_CASE("bmuf: the momentum is 1 - 1/P unless it is set, so that one worker is sgd") {
  testing::RunOf run = bmuf({blocks_of_2}, 5);
  run.hosts = 1;
  CHECK(simulated(run).flops[ComputeKind::update] == Count{5} * 2 * parameters);
  run.options.emplace_back("block_momentum", 0.5);
  CHECK(simulated(run).flops[ComputeKind::update] == Count{5 * 2 + 3 * 5} * parameters);
}

TEST_CASE("bmuf: a momentum that never fades, or a negative one, is refused") {
  CHECK(bmuf({{"block_momentum", 1.0}}, 1).result().faults() ==
        Faults{{"/algorithm/block_momentum",
                "must be at least 0 and below 1, or -1 for 1 - 1/P, found 1"}});
  CHECK(bmuf({{"block_momentum", -0.25}}, 1).result().faults() ==
        Faults{{"/algorithm/block_momentum",
                "must be at least 0 and below 1, or -1 for 1 - 1/P, found -0.25"}});
}

}  // namespace lockstep::models
