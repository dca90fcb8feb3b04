// ZeRO: the memory and the volume that its paper states.
#include <doctest/doctest.h>

#include "models/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

testing::RunOf zero(std::int64_t stage) {
  testing::RunOf run;
  run.kind = "zero";
  run.device.launch_overhead_s = 0;
  run.options = {{"stage", stage}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

Memory memory_of(const testing::RunOf& run) {
  const Setup setup = run.setup();
  return setup.algorithm->closed_form(setup).memory;
}

// 3 layers of 64^2 + 64 = 4,160 parameters, 4 workers: n = 12,480 scalars of 4 bytes.
constexpr Count layer_bytes = 4 * 4160;

}  // namespace

TEST_CASE("zero: stages 1 and 2 send what an allreduce sends, stage 3 half as much again") {
  // 2 (P-1) n and 3 (P-1) n bytes in all; P (P-1) = 12 messages for each collective: two of the
  // whole model, two of each of the 3 layers, three of each layer.
  testing::RunOf allreduce = zero(1);
  allreduce.kind = "sync_sgd";
  allreduce.options.clear();
  const Simulated reference = simulated(allreduce);
  CHECK(reference.bytes == 2 * 3 * 3 * layer_bytes);
  CHECK(simulated(zero(1)).bytes == reference.bytes);
  CHECK(simulated(zero(1)).messages == reference.messages);
  CHECK(simulated(zero(2)).bytes == reference.bytes);
  CHECK(simulated(zero(2)).messages == 2 * 3 * 12);
  CHECK(simulated(zero(3)).bytes * 2 == reference.bytes * 3);
  CHECK(simulated(zero(3)).messages == 3 * 3 * 12);
}

TEST_CASE(
    "zero: the workers together update every parameter once and fold every gradient P-1 times") {
  for (const std::int64_t stage : {1, 2, 3}) {
    const Simulated run = simulated(zero(stage));
    CHECK(run.flops[ComputeKind::update] == 2 * 3 * 4160);
    CHECK(run.flops[ComputeKind::reduce] == 3 * 3 * 4160);
  }
}

TEST_CASE("zero: memory of 7.5 G parameters and 64 workers is that of the paper's figure 1") {
  // Mixed-precision Adam takes 2 + 2 + 12 bytes a parameter. One layer of 99,999 inputs and 75,000
  // outputs has 7.5e9 parameters, which 64 divides. Not divided: 16 x 7.5 = 120 GB. Stage 1:
  // (4 + 12/64) 7.5 = 31.4; stage 2: (2 + 14/64) 7.5 = 16.6; stage 3: 16/64 7.5 = 1.9.
  const auto bytes = [](std::int64_t stage, int workers) {
    testing::RunOf run = zero(stage);
    run.hosts = workers;
    run.mlp = {.layers = 1, .width = 0, .bytes_per_scalar = 2, .shapes = {{99'999, 75'000}}};
    run.options.emplace_back("optimizer_bytes", std::int64_t{12});
    const Memory memory = memory_of(run);
    return to_double(memory.total() - memory.activations);
  };
  CHECK(bytes(1, 1) == 120e9);
  CHECK(bytes(1, 64) == 31.40625e9);
  CHECK(bytes(2, 64) == 16.640625e9);
  CHECK(bytes(3, 64) == 1.875e9);
}

TEST_CASE("zero: plain SGD keeps no state, so that stage 1 saves nothing") {
  CHECK(memory_of(zero(1)).parameters == 3 * layer_bytes);
  CHECK(memory_of(zero(1)).gradients == 3 * layer_bytes);
  CHECK(memory_of(zero(1)).versions == 0);
  CHECK(memory_of(zero(2)).gradients == 3 * layer_bytes / 4);
  CHECK(memory_of(zero(3)).parameters == 3 * layer_bytes / 4);
  testing::RunOf wide = zero(3);
  wide.options.emplace_back("parameter_bytes", std::int64_t{2});
  wide.options.emplace_back("gradient_bytes", std::int64_t{8});
  CHECK(memory_of(wide).parameters == 3 * layer_bytes / 4 / 2);
  CHECK(memory_of(wide).gradients == 3 * layer_bytes / 4 * 2);
}

TEST_CASE("zero: passes, three collectives of each layer, an update of a quarter") {
  // L = 3, N = 64, b = 8: 8 products of 65.536 ns. A layer's block is 1,040 scalars, 4,160 bytes:
  // 3.328 us at 1.25 GB/s after 20 us, 3 times for each collective; 3 folds of 1.04 ns a layer; an
  // update of 2 x 3,120 FLOPs, 6.24 ns.
  const double expected_s = 8 * 65.536e-9 + 9 * 3 * (20e-6 + 3.328e-6) + 3 * 3 * 1.04e-9 + 6.24e-9;
  CHECK(simulated(zero(3)).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

}  // namespace lockstep::models
