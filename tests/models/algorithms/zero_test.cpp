// ZeRO: the memory and the volume that its paper states.
#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
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

testing::RunOf prefetching() {
  testing::RunOf run = zero(3);
  run.options.emplace_back("prefetch", true);
  return run;
}

testing::RunOf compressed(std::int64_t stage, const char* compression) {
  testing::RunOf run = zero(stage);
  run.options.emplace_back("compression", std::string(compression));
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
    run.mlp = {
        .layers = 1, .width = 0, .precision = Precision::of(2), .shapes = {{99'999, 75'000}}};
    run.options.emplace_back("optimizer_bytes", std::int64_t{12});
    const Memory memory = memory_of(run);
    return to_double(memory.total() - memory.activations - memory.buffers);
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

TEST_CASE("zero: compressed gradients are half of an allreduce's, parameters are dense") {
  // Stage 1: each of 4 owners gets 3 blocks of 3,120 scalars in 48 columns: with one_bit 390 + 384
  // bytes, with sign 390 and a size of 4, with top_k 1% of 3,120 scalars, 31, of 8 bytes each. The
  // allgather sends 3 n scalars.
  const Count dense = 3 * 3 * layer_bytes;
  CHECK(simulated(compressed(1, "one_bit")).bytes == 4 * 3 * 774 + dense);
  CHECK(simulated(compressed(1, "one_bit")).messages == 2 * 12);
  CHECK(simulated(compressed(1, "sign")).bytes == 4 * 3 * 394 + dense);
  CHECK(simulated(compressed(1, "top_k")).bytes == 4 * 3 * 31 * 8 + dense);
  // Stage 3: blocks of 1,040 scalars in 16 columns, 130 + 128 bytes, of each of 3 layers.
  CHECK(simulated(compressed(3, "one_bit")).bytes == 3 * 4 * 3 * 258 + 2 * dense);
  // Low rank: both factors of rank 2, (65 + 64) x 2 scalars a layer, go round a ring as a whole.
  for (const std::int64_t stage : {1, 2})
    CHECK(simulated(compressed(stage, "power_sgd")).bytes == 2 * 3 * 3 * 258 * 4 + dense);
}

TEST_CASE("zero: compressed gradients cost residuals, folds and products") {
  // n = 12,480, P = 4. one_bit: 4 n for residuals, 3 n for folds, whatever the stage. top_k: 4 n,
  // and 31 for each of 4 x 3 blocks. power_sgd as in compressed_sum_test.cpp.
  const auto reduce_flops = [](std::int64_t stage, const char* compression) {
    return simulated(compressed(stage, compression)).flops[ComputeKind::reduce];
  };
  for (const std::int64_t stage : {1, 2, 3}) CHECK(reduce_flops(stage, "one_bit") == 7 * 12'480);
  CHECK(reduce_flops(1, "top_k") == 4 * 12'480 + 12 * 31);
  CHECK(reduce_flops(1, "power_sgd") == 4 * (3 * 4 * 12'480 + 3 * 520 + 12'480) + 3 * 774);
}

TEST_CASE("zero: a residual is as long as the model, in every stage") {
  CHECK(memory_of(compressed(1, "one_bit")).versions == 3 * layer_bytes);
  CHECK(memory_of(compressed(3, "top_k")).versions == 3 * layer_bytes);
  testing::RunOf run = compressed(3, "power_sgd");
  run.options.emplace_back("gradient_bytes", std::int64_t{2});
  CHECK(memory_of(run).versions == 3 * layer_bytes / 2);
  run.options.emplace_back("error_feedback", false);
  CHECK(memory_of(run).versions == 0);
}

TEST_CASE("zero: the time of one_bit is an encoding, P-1 messages and folds, and an allgather") {
  // 8 products of 65.536 ns; encoding costs the residual's FLOPs, 12.48 ns; 3 messages of 774 bytes
  // and 3 of 12,480, at 1.25 GB/s after 20 us; 3 folds of 3.12 ns; an update of 6.24 ns.
  const double expected_s = 8 * 65.536e-9 + 12.48e-9 + 3 * (20e-6 + 619.2e-9) + 3 * 3.12e-9 +
                            3 * (20e-6 + 9.984e-6) + 6.24e-9;
  const Setup setup = compressed(1, "one_bit").setup();
  CHECK(simulated(compressed(1, "one_bit")).makespan.seconds() ==
        doctest::Approx(expected_s).epsilon(1e-9));
  const ClosedForm form = setup.algorithm->closed_form(setup);
  CHECK(form.claim == TimeClaim::exact);
  CHECK(form.makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("zero: reports say what compression loses, and one worker loses nothing") {
  const testing::RunOf run = compressed(1, "one_bit");
  CHECK(approximation_of(run.setup()) ==
        "gradients are sent as one bit per weight; the remainder joins the next gradient");
  CHECK(approximation_of(zero(1).setup()) == find_algorithm("zero")->approximation);
  testing::RunOf alone = run;
  alone.hosts = 1;
  CHECK(approximation_of(alone.setup()) == find_algorithm("zero")->approximation);
  CHECK(simulated(alone).flops[ComputeKind::reduce] == 0);
}

TEST_CASE("zero: prefetch sends and computes the same, with a buffer for one layer more") {
  const Simulated plain = simulated(zero(3));
  const Simulated ahead = simulated(prefetching());
  CHECK(ahead.bytes == plain.bytes);
  CHECK(ahead.messages == plain.messages);
  CHECK(ahead.flops == plain.flops);
  CHECK(memory_of(prefetching()).parameters == 3 * layer_bytes / 4);
  CHECK(memory_of(prefetching()).buffers >= memory_of(zero(3)).buffers + layer_bytes);
  testing::RunOf alone = prefetching();
  alone.hosts = 1;
  CHECK(memory_of(alone).parameters == 3 * layer_bytes);
  CHECK(memory_of(alone).buffers == 0);
  // Stages 1 and 2 gather nothing for a pass.
  testing::RunOf second = zero(2);
  second.options.emplace_back("prefetch", true);
  CHECK(simulated(second).makespan == simulated(zero(2)).makespan);
  CHECK(memory_of(second) == memory_of(zero(2)));
}

TEST_CASE("zero: with one layer, prefetch hides the forward pass behind the second gather") {
  // A gather is 3 messages of 4,160 bytes, 3 x 23.328 us. Two of them, the backward product of
  // 65.536 ns, 3 messages and folds of 1.04 ns, an update of 2.08 ns.
  testing::RunOf run = prefetching();
  run.mlp.layers = 1;
  const double expected_s = 6 * 23.328e-6 + 65.536e-9 + 3 * (23.328e-6 + 1.04e-9) + 2.08e-9;
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  const ClosedForm form = closed_form_of(run.setup());
  CHECK(form.makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(form.claim == TimeClaim::lower_bound);
}

TEST_CASE("zero: prefetch hides all gathers but the first where products take longer") {
  // At 100 MFLOP/s a product takes 655.36 us, a gather 3 x 23.328 us: 5 of 6 are hidden. So are the
  // messages of the scatters but the last, in part: folds wait for products.
  testing::RunOf plain = zero(3);
  plain.device.flops_per_s = 1e8;
  testing::RunOf ahead = prefetching();
  ahead.device.flops_per_s = 1e8;
  const double saved_s = (simulated(plain).makespan - simulated(ahead).makespan).seconds();
  CHECK(saved_s >= 5 * 3 * 23.328e-6);
  CHECK(saved_s <= (5 + 2) * 3 * 23.328e-6 + 2 * 3 * 10.4e-6);
  // Under the bound's conditions nothing waits but for the first gather and the last scatter.
  const double bound_s = 8 * 655.36e-6 + 6 * 23.328e-6 + 3 * 10.4e-6 + 62.4e-6;
  CHECK(closed_form_of(ahead.setup()).makespan.seconds() == doctest::Approx(bound_s).epsilon(1e-9));
}

TEST_CASE("zero: passes, three collectives of each layer, an update of a quarter") {
  // L = 3, N = 64, b = 8: 8 products of 65.536 ns. A layer's block is 1,040 scalars, 4,160 bytes:
  // 3.328 us at 1.25 GB/s after 20 us, 3 times for each collective; 3 folds of 1.04 ns a layer; an
  // update of 2 x 3,120 FLOPs, 6.24 ns.
  const double expected_s = 8 * 65.536e-9 + 9 * 3 * (20e-6 + 3.328e-6) + 3 * 3 * 1.04e-9 + 6.24e-9;
  CHECK(simulated(zero(3)).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

}  // namespace lockstep::models
