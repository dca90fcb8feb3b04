// Workers with different shares of a mini-batch.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/cost/passes.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;

RunOf run_of(const char* kind, int hosts, std::vector<std::int64_t> samples) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 6, .learning_rate = 0.1};
  run.training.shares.samples = std::move(samples);
  return run;
}

std::vector<float> model_of(const RunOf& run) { return trained(run.setup()).numbers.parameters[0]; }

// Host 0 computes twice as fast as the others.
RunOf fast_first(RunOf run) {
  run.reductions.assign(static_cast<std::size_t>(run.hosts), Reductions::engine);
  return run;
}

Setup with_fast_host(const RunOf& run, double factor) {
  Cluster cluster = fast_first(run).cluster();
  cluster.devices.front().flops_per_s *= factor;
  for (DeviceSpec& device : cluster.devices) device.launch_overhead_s = 0;
  return *make_setup(run.mlp, run.training, cluster, run.algorithm(), {});
}

}  // namespace

TEST_CASE("shares: synchronous SGD takes the same steps, however its mini-batch is divided") {
  for (const char* kind : {"sync_sgd", "zero"}) {
    CAPTURE(kind);
    const std::vector<float> even = model_of(run_of(kind, 3, {}));
    const std::vector<float> uneven = model_of(run_of(kind, 3, {3, 16, 5}));
    REQUIRE(even.size() == uneven.size());
    for (std::size_t i = 0; i < even.size(); ++i) CHECK(std::abs(even[i] - uneven[i]) < 1e-6F);
  }
}

TEST_CASE("shares: a worker computes its own samples, and all wait for the slowest") {
  // Products of 64 x 64 at 1e12 FLOP/s: 3 of 8 with b samples each take b times as long.
  RunOf run = run_of("sync_sgd", 2, {6, 18});
  run.training.iterations = 1;
  const Setup setup = run.setup();
  CHECK(setup.global_batch == 24);
  CHECK(setup.samples_of(0) == 6);
  CHECK(setup.samples_of(1) == 18);
  const Simulated simulated = simulate(setup);
  CHECK(simulated.flops.total() == closed_form_of(setup).flops.total());
  const double difference_s =
      (simulated.workers[1].compute - simulated.workers[0].compute).seconds();
  CHECK(difference_s ==
        doctest::Approx(passes_s(setup, 1, 18) - passes_s(setup, 0, 6)).epsilon(1e-6));
}

TEST_CASE("shares: by speed, a device that is three times as fast has three times the samples") {
  RunOf run = run_of("sync_sgd", 2, {});
  run.training.shares.by_speed = true;
  const Setup setup = with_fast_host(run, 3);
  CHECK(setup.batches == std::vector<std::int64_t>{18, 6});
  const Simulated shared = simulate(setup);
  run.training.shares = {};
  const Simulated even = simulate(with_fast_host(run, 3));
  CHECK(shared.makespan < even.makespan);
}

TEST_CASE("shares: parts of a mini-batch are whole samples that sum to it") {
  RunOf run = run_of("sync_sgd", 3, {});
  run.training.batch = 10;
  run.training.shares.parts = {0.5, 0.25, 0.25};  // 5, 2.5, 2.5
  CHECK(run.setup().batches == std::vector<std::int64_t>{5, 3, 2});
  run.training.shares.parts = {0.98, 0.01, 0.01};  // a worker has at least one sample
  CHECK(run.setup().batches == std::vector<std::int64_t>{8, 1, 1});
}

TEST_CASE("shares: what cannot be divided is a fault") {
  const auto fault_of = [](const RunOf& run) {
    const Result<Setup> setup = run.result();
    REQUIRE_FALSE(setup.ok());
    return setup.faults().front().pointer + ": " + setup.faults().front().message;
  };
  CHECK(fault_of(run_of("sync_sgd", 3, {12, 12})) ==
        "/training/shares: must have an entry for each of the 3 workers of sync_sgd, found 2");
  CHECK(fault_of(run_of("gpipe", 2, {12, 12})) ==
        "/training/shares: must be left out for gpipe, whose workers have equal parts of a "
        "mini-batch");
}

TEST_CASE("accumulation: the same steps with a part of the activations") {
  for (const char* kind : {"sync_sgd", "model_averaging", "async_sgd"}) {
    CAPTURE(kind);
    RunOf run = run_of(kind, 3, {});
    if (std::string(kind) == "async_sgd") run.hosts = 2;  // one worker: there is one order
    const std::vector<float> whole = model_of(run);
    const Setup alone = run.setup();
    run.options = {{"accumulation_steps", std::int64_t{4}}};
    const std::vector<float> parts = model_of(run);
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(std::abs(whole[i] - parts[i]) < 1e-6F);
    const Setup setup = run.setup();
    CHECK(closed_form_of(setup).memory.activations * 4 == closed_form_of(alone).memory.activations);
    CHECK(closed_form_of(setup).flops.total() == closed_form_of(alone).flops.total());
    CHECK(closed_form_of(setup).makespan > closed_form_of(alone).makespan);  // more launches
  }
  RunOf run = run_of("sync_sgd", 3, {});
  run.options = {{"accumulation_steps", std::int64_t{5}}};
  CHECK_FALSE(run.result().ok());
}

TEST_CASE("accumulation: only the last part's backward pass overlaps with sums") {
  RunOf run = run_of("sync_sgd", 4, {});
  run.training.batch = 96;
  run.options = {{"overlap", true}, {"accumulation_steps", std::int64_t{2}}};
  const Setup setup = run.setup();
  const Simulated simulated = simulate(setup);
  CHECK(simulated.makespan.seconds() >= closed_form_of(setup).makespan.seconds() * (1 - 1e-9));
  const std::vector<float> model = model_of(run);
  run.options = {};
  const std::vector<float> plain = model_of(run);
  for (std::size_t i = 0; i < model.size(); ++i) CHECK(std::abs(model[i] - plain[i]) < 1e-6F);
}

TEST_CASE("hybrid sharding: groups of workers take the steps of sync_sgd") {
  for (const std::int64_t stage : {1, 2, 3})
    for (const bool prefetch : {false, true}) {
      CAPTURE(stage);
      RunOf run = run_of("zero", 4, {});
      run.options = {{"stage", stage}, {"shard_size", std::int64_t{2}}, {"prefetch", prefetch}};
      const Setup setup = run.setup();
      const std::vector<std::vector<float>> models = trained(setup).numbers.parameters;
      const std::vector<float> sync = model_of(run_of("sync_sgd", 4, {}));
      for (Rank rank = 0; rank < 4; ++rank)
        for (const OwnRange& range : setup.algorithm->own_ranges(setup, rank))
          for (std::int64_t i = range.offset; i < range.offset + range.count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            CHECK(std::abs(models[static_cast<std::size_t>(rank)][at] - sync[at]) < 1e-6F);
          }
    }
}

TEST_CASE("hybrid sharding: bytes are those of its collectives") {
  // n = 12,480 scalars of 4 bytes; S = 2, P = 4: in each of two groups a reduce-scatter and an
  // allgather of (S-1) n, and between the groups an allreduce of 2 (P/S - 1) n/2 in each place.
  RunOf run = run_of("zero", 4, {});
  run.training.iterations = 1;
  run.options = {{"shard_size", std::int64_t{2}}};
  const Count n = 12'480 * 4;
  const Simulated simulated = simulate(run.setup());
  CHECK(simulated.bytes == 2 * (n + n) + 2 * (2 * n / 2));
  run.options = {{"shard_size", std::int64_t{3}}};
  CHECK_FALSE(run.result().ok());
}

TEST_CASE("interleaving: over measured stages, the bubble of arXiv:2104.04473, section 2.2.2") {
  // m micro-batches of t_f + t_b = 3 s and p stages: (p - 1)/v micro-batches' time is idle.
  RunOf run;
  run.kind = "pipeline_interleaved";
  run.hosts = 4;
  run.bytes_per_s = 1e12;
  run.latency_s = 0;
  const Picoseconds second{1'000'000'000'000};
  run.measured.assign(4, {.forward = second,
                          .backward_input = second,
                          .backward_weight = second,
                          .send = Picoseconds{}});
  run.training = {.batch_is_global = true, .batch = 8, .iterations = 1};
  for (const std::int64_t chunks : {1, 2, 4}) {
    run.options = {{"micro_batches", std::int64_t{8}}, {"chunks", chunks}};
    const double expected_s = 3 * (8 + 3.0 / static_cast<double>(chunks));
    CHECK(simulate(run.setup()).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  }
}

}  // namespace lockstep::models
