// The number of workers with which an algorithm's own closed form is best.
#include "models/parts/replicas/optimal_workers.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "tests/models/random_run.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// 8 layers of 1,024 and a mini-batch of 8,192 on 128 hosts of 10 TFLOP/s at 100 Gbit/s; links of
// 5 us, two on a route.
testing::RunOf sync_sgd(const char* option) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 128;
  run.bytes_per_s = 12.5e9;
  run.latency_s = 5e-6;
  run.device = {.flops_per_s = 1e13};
  run.mlp = {.layers = 8, .width = 1024};
  run.training = {.batch_is_global = true, .batch = 8192, .iterations = 1};
  if (option != nullptr) run.options = {{option, true}};
  return run;
}

// The closed form with so many workers, each with as many samples as the fullest has, or one more
// where halves must be whole.
std::optional<double> time_with(testing::RunOf run, int workers) {
  const std::int64_t batch = run.training.batch;
  run.hosts = workers + static_cast<int>(run.setup().cluster.hosts()) - run.setup().workers;
  for (const std::int64_t multiple : {1, 2}) {
    const std::int64_t of_all = multiple * workers;
    run.training.batch = (batch + of_all - 1) / of_all * of_all;
    const Result<Setup> setup = run.result();
    if (setup.ok()) return closed_form_of(*setup).makespan.seconds();
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("optimal_workers: of plain synchronous SGD where its own time is least") {
  // A sample's 23 products of 2 x 1,024^2 FLOPs take 4.82 us: n workers compute for 39.5 ms / n. A
  // ring of n sends 2 (n - 1) times 1 / n of 33.6 MB, which takes 5.4 ms (1 - 1/n), after 10 us
  // each: 20 us (n - 1). And it folds n - 1 times 1 / n of 8.4 M scalars: 0.8 ms (1 - 1/n). The sum
  // is least for n^2 = (39.5 - 5.4 - 0.8) / 0.02, n = 41, and flat around it: from 36 to 47 the
  // whole samples of ceil(8,192 / n) decide.
  const OptimalWorkers best = *optimal_workers(sync_sgd(nullptr).setup());
  CHECK(best.of_time);
  CHECK(*best.workers >= 36);
  CHECK(*best.workers <= 47);
}

TEST_CASE("optimal_workers: no other number of workers takes less time") {
  for (const char* option : {static_cast<const char*>(nullptr), "overlap", "double_buffering"}) {
    const testing::RunOf run = sync_sgd(option);
    const int best = *optimal_workers(run.setup())->workers;
    const double least_s = *time_with(run, best);
    CAPTURE(best);
    for (int workers = 1; workers <= 256; ++workers) {
      CAPTURE(workers);
      CHECK(*time_with(run, workers) >= least_s);
    }
  }
}

TEST_CASE("optimal_workers: every data-parallel algorithm has its own") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    testing::RunOf run = sync_sgd(nullptr);
    run.kind = std::string(algorithm->kind);
    run.topology = testing::topology_for(*algorithm);
    run.hosts = 8;
    if (algorithm->family == Family::model_parallel) run.mlp.layers = 16;
    run.training.batch = 840;  // a multiple of 7 and 8
    const std::optional<OptimalWorkers> best = optimal_workers(run.setup());
    CHECK(best.has_value() == (algorithm->family == Family::data_parallel));
    if (!best) continue;
    CHECK(best->workers.has_value() != !best->reason.empty());
    if (!best->workers) continue;
    const double least_s = *time_with(run, *best->workers);
    for (int workers = 1; workers <= 64; ++workers) {
      CAPTURE(workers);
      if (const auto time_s = time_with(run, workers)) CHECK(*time_s >= least_s);
    }
  }
}

TEST_CASE("optimal_workers: with a mini-batch for each worker, samples a second decide") {
  // A server's link takes 2 messages of every worker: more workers than fill it do not help, and
  // with more hosts the ring's samples a second only rise.
  testing::RunOf run = sync_sgd(nullptr);
  run.training = {.batch = 64, .iterations = 1};
  const OptimalWorkers ring = *optimal_workers(run.setup());
  CHECK_FALSE(ring.of_time);
  CHECK_FALSE(ring.workers);
  CHECK(ring.reason == "samples/s still rise at 1024 workers, the most that were looked at");
}

TEST_CASE("optimal_workers: no worker is without samples") {
  testing::RunOf run = sync_sgd(nullptr);
  run.kind = "sgp";  // whose rounds cost as much for any number
  run.hosts = 16;
  run.mlp = {.layers = 6, .width = 1024};
  run.device = {.flops_per_s = 1e11};
  run.training.batch = 96;
  const OptimalWorkers best = *optimal_workers(run.setup());
  REQUIRE(best.workers);
  CHECK(*best.workers <= 96);
}

TEST_CASE("optimal_workers: only numbers whose share of a model fits") {
  testing::RunOf run = sync_sgd(nullptr);
  run.kind = "zero";
  run.options = {{"stage", std::int64_t{3}}};
  run.bytes_per_s = 1e7;  // one worker would be best
  CHECK(*optimal_workers(run.setup())->workers == 1);
  run.device.memory_bytes = 0.5 * to_double([&] {
                              testing::RunOf one = run;
                              one.hosts = 1;
                              return closed_form_of(one.setup()).memory.total();
                            }());
  CHECK(*optimal_workers(run.setup())->workers > 1);
  run.device.memory_bytes = 1;
  CHECK(optimal_workers(run.setup())->reason ==
        "no number of workers that was looked at is possible, and fits in the devices' memory");
}

TEST_CASE("optimal_workers: on a graph at most the hosts that there are") {
  testing::RunOf run = sync_sgd(nullptr);
  run.hosts = 4;
  Setup setup = run.setup();
  auto graph = std::make_shared<topologies::Topology>(*setup.cluster.topology);
  graph->kind = "custom";
  graph->wiring = topologies::Wiring::general;
  setup.cluster.topology = graph;
  const OptimalWorkers best = *optimal_workers(setup);
  CHECK_FALSE(best.workers);
  CHECK(best.reason == "more than the 4 there are: the time still falls");
  // Slow links: two messages of 16.8 MB at 10 MB/s take longer than one worker needs for all.
  run.bytes_per_s = 1e7;
  graph = std::make_shared<topologies::Topology>(*run.setup().cluster.topology);
  graph->kind = "custom";
  graph->wiring = topologies::Wiring::general;
  setup.cluster.topology = graph;
  CHECK(*optimal_workers(setup)->workers == 1);
}

TEST_CASE("sync_sgd: what differs from sequential SGD depends on the options") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.options = {{"compression", std::string("none")}};
  CHECK(approximation_of(run.setup()) == find_algorithm("sync_sgd")->approximation);
  run.options.front().second = std::string("one_bit");
  run.options.emplace_back("double_buffering", true);
  CHECK(approximation_of(run.setup()) ==
        "gradients are sent as one bit per weight; the remainder joins the next gradient; "
        "gradients are half a mini-batch old");
  run.hosts = 1;
  CHECK(approximation_of(run.setup()) == find_algorithm("sync_sgd")->approximation);
}

}  // namespace lockstep::models
