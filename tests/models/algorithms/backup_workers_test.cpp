// Synchronous SGD with backup workers.
#include "models/parts/replicas/backup_workers.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

constexpr double mean_factor = 2;

// Computation is all that takes time: 10 workers and a server on a network that costs nothing.
testing::RunOf computing_run(std::int64_t backup) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 11;
  run.latency_s = 1e-9;
  run.bytes_per_s = 1e15;
  run.mlp.layers = 2;
  run.training.batch = 100'000;
  run.options = {{"allreduce", std::string("star")}, {"backup_workers", backup}};
  return run;
}

Setup slowed(const testing::RunOf& run, const Slowdown& slowdown) {
  Cluster cluster = run.cluster();
  cluster.slowdown = slowdown;
  return *make_setup(run.mlp, run.training, cluster, run.algorithm());
}

}  // namespace

TEST_CASE(
    "backup_workers: an iteration takes (H_P - H_b) times the mean with exponential factors") {
  // The k-th smallest of 10 exponential draws has variance sum over the last k of 1/i^2: below 1.55
  // (1.24^2) for any k, so over n = 3,000 iterations the mean is within 3 x 1.24 / sqrt(3000) =
  // 0.068 of its expectation, times the mean factor.
  const Slowdown slowdown{.per = Slowdown::Per::iteration,
                          .distribution = Slowdown::Distribution::exponential,
                          .mean = mean_factor};
  for (const std::int64_t backup : {0, 1, 3}) {
    testing::RunOf run = computing_run(backup);
    run.training.iterations = 3000;
    const Setup setup = slowed(run, slowdown);
    double expected = 0;  // H_10 - H_b
    for (std::int64_t left = backup + 1; left <= 10; ++left)
      expected += 1 / static_cast<double>(left);
    // Passes of two layers: 5 products of 2 x 100,000 x 64^2 FLOPs at 1 TFLOP/s and 1 us of launch.
    const double passes_s = 5 * (2 * 100'000 * 64.0 * 64 / 1e12 + 1e-6);
    const Simulated simulated = simulate(setup);
    REQUIRE(simulated.outcome.finished());
    const double factor = simulated.makespan.seconds() / 3000 / passes_s;
    CHECK(factor == doctest::Approx(mean_factor * expected).epsilon(0.068 / expected));
    // Updates and folds, microseconds each, are the rest of what the closed form has.
    CHECK(closed_form_of(setup).makespan.seconds() / 3000 ==
          doctest::Approx(passes_s * mean_factor * expected).epsilon(0.02));
    CHECK(closed_form_of(setup).claim == TimeClaim::estimate);
    CHECK(closed_form_of(setup).counts_exact == (backup == 0));
  }
}

TEST_CASE("backup_workers: a worker that is always late is never waited for, nor pushes") {
  // Worker 9 is 100 times as slow: it is cut short in every iteration.
  testing::RunOf run = computing_run(1);
  run.training.iterations = 4;
  Cluster cluster = run.cluster();
  cluster.devices.assign(11, run.device);
  cluster.devices[9].flops_per_s /= 100;
  const Setup setup = *make_setup(run.mlp, run.training, cluster, run.algorithm());
  const Simulated simulated = simulate(setup);
  // 9 pushes and 10 sums an iteration.
  CHECK(simulated.messages == 4 * (9 + 10));
  CHECK(simulated.staleness.max == 0);
  const double passes_s = 5 * (2 * 100'000 * 64.0 * 64 / 1e12 + 1e-6);
  CHECK(simulated.makespan.seconds() < 4 * passes_s * 1.02);
  // It is busy all the time but for what passes between a sum's arrival and the next iteration, and
  // its device does a hundredth of a worker's FLOPs.
  CHECK(simulated.workers[9].compute.seconds() > 4 * passes_s * 0.98);
  const ClosedForm form = closed_form_of(setup);
  CHECK(simulated.flops[ComputeKind::forward] < form.flops[ComputeKind::forward] * 92 / 100);
  CHECK(simulated.flops[ComputeKind::forward] > form.flops[ComputeKind::forward] * 90 / 100);
  CHECK(simulated.flops[ComputeKind::backward_input] ==
        form.flops[ComputeKind::backward_input] * 9 / 10);
  // A mini-batch counts the samples whose gradients were used: 9 workers' a time.
  CHECK(simulated.samples == 4 * 9 * 100'000);
}

TEST_CASE("backup_workers: their program, with none of them, is the star's to the picosecond") {
  // The option's 0 is plain sync_sgd: here the program of backup workers runs with it. On a network
  // that takes its time.
  Algorithm waiting_for_all = *find_algorithm("sync_sgd");
  waiting_for_all.program = [](Worker& worker) {
    return worker.is_server() ? backup_serve(worker) : backup_train(worker);
  };
  testing::RunOf run = computing_run(0);
  run.latency_s = 10e-6;
  run.bytes_per_s = 1.25e9;
  run.training.iterations = 3;
  Setup setup = run.setup();
  const Simulated star = simulate(setup);
  setup.algorithm = &waiting_for_all;
  const Simulated backup = simulate(setup);
  REQUIRE(backup.outcome.finished());
  CHECK(backup.makespan == star.makespan);
  CHECK(backup.flops == star.flops);
  CHECK(backup.bytes == star.bytes);
  CHECK(backup.messages == star.messages);
  CHECK(backup.samples == star.samples);
}

TEST_CASE("backup_workers: servers sum whatever the allreduce, and equal workers are never late") {
  testing::RunOf run = computing_run(2);
  run.options[0].second = std::string("ring");
  const Setup setup = run.setup();
  CHECK(setup.workers == 10);
  CHECK(setup.servers == 1);
  const ClosedForm form = closed_form_of(setup);
  CHECK(form.claim == TimeClaim::exact);
  CHECK(form.counts_exact);
  // 10 pushes, of which 8 are summed by 7 folds.
  CHECK(form.flops[ComputeKind::reduce] == 7 * run.mlp.parameters());
  CHECK(simulate(setup).flops == form.flops);
}

TEST_CASE("backup_workers: must leave a worker to wait for, and no overlap") {
  testing::RunOf run = computing_run(10);
  run.options.emplace_back("overlap", true);
  const Result<Setup> setup = run.result();
  REQUIRE_FALSE(setup.ok());
  REQUIRE(setup.faults().size() == 2);
  CHECK(setup.faults()[0].message == "must be less than the 10 workers, found 10");
  CHECK(setup.faults()[1].pointer == "/algorithm/overlap");
}

}  // namespace lockstep::models
