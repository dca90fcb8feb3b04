// Double buffering: staleness, fixed costs paid twice, and what it hides.
#include "models/parts/replicas/double_buffering.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

testing::RunOf buffered(int hosts) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  run.training.iterations = 5;
  run.options = {{"double_buffering", true}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("double_buffering: every half-step but the first is one half-step old") {
  // 4 workers take 2 x 5 half-steps each.
  const Simulated run = simulated(buffered(4));
  CHECK(run.staleness_histogram == std::vector<std::int64_t>{4, 36});
  const ClosedForm form = closed_form_of(buffered(4).setup());
  CHECK(form.staleness.max == 1);
  CHECK(form.staleness.mean == doctest::Approx(run.staleness.mean));
}

TEST_CASE("double_buffering: the same passes, twice the updates and messages") {
  testing::RunOf whole = buffered(4);
  whole.options.clear();
  const Simulated halves = simulated(buffered(4));
  const Simulated once = simulated(whole);
  CHECK(halves.flops[ComputeKind::forward] == once.flops[ComputeKind::forward]);
  CHECK(halves.flops[ComputeKind::update] == 2 * once.flops[ComputeKind::update]);
  CHECK(halves.bytes == 2 * once.bytes);
  CHECK(halves.messages == 2 * once.messages);
}

TEST_CASE("double_buffering: a half-step takes as long as the slower of computing and exchanging") {
  // Folds on a dedicated server, so that no device does both. 5 hosts, star, 4 workers: pushes and
  // results of 49,920 bytes share the server's 1.25 GB/s: 2 (20 us + 4 x 39.936 us), and 3 folds
  // of 12.48 ns; computing a half of 4 samples takes 8 x 32.768 ns; an update 24.96 ns.
  testing::RunOf run = buffered(5);
  run.options.emplace_back("allreduce", std::string("star"));
  const double exchange_s = 2 * (20e-6 + 4 * 39.936e-6) + 3 * 12.48e-9;
  const double passes_s = 8 * 32.768e-9;
  const double update_s = 24.96e-9;
  const double slow_s = passes_s + 10 * (exchange_s + update_s);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(slow_s).epsilon(1e-6));
  // A million times the bandwidth and no latency: computing sets the pace.
  run.bytes_per_s *= 1e6;
  run.latency_s = 0;
  const double short_s = 2 * 4 * 39.936e-12 + 3 * 12.48e-9;
  const double fast_s = 10 * (passes_s + update_s) + short_s;
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(fast_s).epsilon(1e-5));
  CHECK(closed_form_of(run.setup()).claim == TimeClaim::exact);
}

TEST_CASE("double_buffering: two buffers of gradients, activations of half a mini-batch") {
  testing::RunOf whole = buffered(4);
  whole.options.clear();
  const Memory halves = closed_form_of(buffered(4).setup()).memory;
  const Memory once = closed_form_of(whole.setup()).memory;
  CHECK(halves.gradients == 2 * once.gradients);
  CHECK(2 * halves.activations == once.activations);
}

TEST_CASE("double_buffering: one worker is sgd") {
  testing::RunOf sgd = buffered(1);
  sgd.kind = "sgd";
  sgd.options.clear();
  CHECK(simulated(buffered(1)).makespan == simulated(sgd).makespan);
  CHECK(simulated(buffered(1)).flops == simulated(sgd).flops);
}

TEST_CASE("double_buffering: mini-batches without halves, and overlap beside it, are refused") {
  testing::RunOf run = buffered(4);
  run.training.batch = 7;
  run.options.emplace_back("overlap", true);
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/overlap",
                "must be false with double_buffering, which sums while the next half is computed, "
                "found true"},
               {"/training/batch_per_worker",
                "must be a multiple of 2 with double_buffering in sync_sgd, found 7"}});
  run.options.pop_back();
  run.training.batch_is_global = true;
  run.training.batch = 12;
  CHECK(run.result().faults() ==
        Faults{{"/training/global_batch",
                "must be a multiple of 8 with double_buffering in sync_sgd, found 12"}});
}

}  // namespace lockstep::models
