// Synchronous and asynchronous SGD: what their papers say of them.
#include <doctest/doctest.h>

#include <cmath>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

testing::RunOf data_parallel(const char* kind, int hosts) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("sync_sgd: passes, one ring allreduce of all gradients, one update") {
  // L = 3, N = 64, b = 8: 8 products of 2 x 8 x 64^2 / 1e12 s = 65.536 ns. n = 3 (64^2 + 64) =
  // 12,480 scalars; P = 4: chunks of 3,120 scalars, 12,480 bytes at 1.25 GB/s = 9.984 us after
  // 20 us, 6 times; 3 folds of 3.12 ns; an update of 24.96 ns.
  const double expected_s = 8 * 65.536e-9 + 6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9 + 24.96e-9;
  CHECK(simulated(data_parallel("sync_sgd", 4)).makespan.seconds() ==
        doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE(
    "sync_sgd: ring, halving_doubling, double_tree and colocated shards send the same bytes") {
  // 2 (P-1) n: 6 x 12,480 scalars of 4 bytes.
  testing::RunOf run = data_parallel("sync_sgd", 4);
  const Count expected = 6 * 12'480 * 4;
  CHECK(simulated(run).bytes == expected);
  for (const char* allreduce : {"halving_doubling", "double_tree"}) {
    run.options = {{"allreduce", std::string(allreduce)}};
    CHECK(simulated(run).bytes == expected);
  }
  run.options = {{"allreduce", std::string("sharded_server")},
                 {"placement", std::string("colocated")},
                 {"servers", std::int64_t{4}}};
  CHECK(simulated(run).bytes == expected);
}

TEST_CASE("sync_sgd: overlap hides communication behind the backward pass") {
  // Wide enough that a layer's products and its allreduce take about equally long.
  testing::RunOf run = data_parallel("sync_sgd", 4);
  run.mlp = {.layers = 8, .width = 512};
  run.training.batch = 1024;
  const Simulated after = simulated(run);
  run.options = {{"overlap", true}};
  const Simulated during = simulated(run);
  CHECK(during.makespan < after.makespan);
  CHECK(during.flops == after.flops);
  CHECK(during.bytes == after.bytes);
  CHECK(during.messages == 8 * after.messages);  // a bucket for each of the 8 layers
  CHECK(during.workers[0].exposed_communication < after.workers[0].exposed_communication);
  // Two layers' gradients are 2 (512^2 + 512) x 4 bytes: buckets of two.
  run.options.emplace_back("bucket_bytes", 2.0 * (512 * 512 + 512) * 4);
  CHECK(simulated(run).messages == 4 * after.messages);
}

TEST_CASE("sync_sgd: overlap leaves the longer of the passes and what follows the last layer") {
  // T_fwd + max(T_bwd, T_bwd(last layer) + sum of allreduces). L = 3: 3 products forward, one
  // backward, then 3 allreduces of 4,160 scalars one after another: 6 steps of 1,040 scalars, 4,160
  // bytes, 3.328 us after 20 us, and 3 folds. The other 4 products are over before the first fold.
  testing::RunOf run = data_parallel("sync_sgd", 4);
  run.options = {{"overlap", true}};
  const double product_s = 65.536e-9;
  const double sum_s = 6 * (20e-6 + 3.328e-6) + 3 * 1.04e-9;
  CHECK(simulated(run).makespan.seconds() ==
        doctest::Approx(4 * product_s + 3 * sum_s + 24.96e-9).epsilon(1e-9));
  // Devices 100,000 times slower and a server that folds, so that no device does both: products of
  // 6.5536 ms hide all sums but the first layer's. Four vectors of 16,640 bytes share the server's
  // link: 20 us + 53.248 us each way; 3 folds of 416 us; an update of 2.496 ms.
  run.device.flops_per_s /= 1e5;
  run.hosts = 5;
  run.options.emplace_back("allreduce", std::string("star"));
  CHECK(simulated(run).makespan.seconds() ==
        doctest::Approx(8 * 6.5536e-3 + 2 * 73.248e-6 + 3 * 416e-6 + 2.496e-3).epsilon(1e-9));
}

TEST_CASE("sync_sgd: hosts are workers and dedicated servers") {
  testing::RunOf run = data_parallel("sync_sgd", 5);
  run.options = {{"allreduce", std::string("star")}};
  CHECK(run.setup().workers == 4);
  run.options.emplace_back("placement", std::string("colocated"));
  CHECK(run.setup().workers == 5);
  run.hosts = 1;
  run.options = {{"allreduce", std::string("star")}};
  CHECK(run.result().faults() ==
        Faults{{"/cluster/topology/hosts",
                "must leave a worker beside the 1 dedicated server of sync_sgd, found 1 host"}});
  run.hosts = 5;
  run.options.emplace_back("servers", std::int64_t{2});
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/servers",
                "must be 1 with allreduce \"star\", found 2; several servers are "
                "\"sharded_server\""}});
}

TEST_CASE("sync_sgd: a global batch that the workers do not divide is refused") {
  testing::RunOf run = data_parallel("sync_sgd", 4);
  run.training.batch_is_global = true;
  run.training.batch = 10;
  CHECK(run.result().faults() ==
        Faults{{"/training/global_batch",
                "must be a multiple of the 4 workers of sync_sgd, found 10"}});
}

TEST_CASE("async_sgd: with equal workers, staleness is P - 1 after the first round") {
  // P = 6: the first push of each worker is 0 .. 5 updates old, every later one 5.
  testing::RunOf run = data_parallel("async_sgd", 7);
  run.training.iterations = 10;
  const Simulated result = simulated(run);
  CHECK(result.staleness_histogram == std::vector<std::int64_t>{1, 1, 1, 1, 1, 55});
  const Setup setup = run.setup();
  const ClosedForm form = setup.algorithm->closed_form(setup);
  CHECK(result.staleness.max == form.staleness.max);
  CHECK(result.staleness.mean == doctest::Approx(form.staleness.mean).epsilon(1e-12));
}

TEST_CASE("async_sgd: a server's link that all pushes share sets the pace") {
  // n = 49,920 bytes a push; over 1.25 GB/s that is 39.936 us, for 8 workers x 20 iterations each
  // way. Computing takes 0.5 us only. Pushes that share the link equally arrive together, and so do
  // the replies: at worst each round is all pushes, then all replies, and 41 us of the rest.
  testing::RunOf run = data_parallel("async_sgd", 9);
  run.training.iterations = 20;
  const double link_s = 8 * 20 * 39.936e-6;
  const double makespan_s = simulated(run).makespan.seconds();
  CHECK(makespan_s > link_s);
  CHECK(makespan_s < 2 * link_s + 20 * 41e-6);
}

TEST_CASE("async_sgd: a slow server is a queue that all updates go through") {
  // Updates that touch 3 x 49,920 bytes of memory at 1 GB/s take 149.76 us each, more than anything
  // else: 4 workers x 10 iterations of them one after another.
  testing::RunOf run = data_parallel("async_sgd", 5);
  run.device.memory_bytes_per_s = 1e9;
  run.training.iterations = 10;
  const double makespan_s = simulated(run).makespan.seconds();
  CHECK(makespan_s > 40 * 149.76e-6);
  CHECK(makespan_s < 40 * 149.76e-6 * 1.15);
}

TEST_CASE("async_sgd: a run without a barrier uses slow and fast hosts alike to the full") {
  // Host 0 computes 4 times as fast: it does not wait for the others, as it would in sync_sgd.
  testing::RunOf run = data_parallel("async_sgd", 3);
  run.mlp = {.layers = 4, .width = 256};
  run.training = {.batch = 4096, .iterations = 4};
  Setup setup = run.setup();
  setup.cluster.devices = {run.device, run.device, run.device};
  setup.cluster.devices[0].flops_per_s *= 4;
  const Simulated result = simulate(setup);
  CHECK(result.workers[0].idle > result.workers[1].idle);  // done early, not held up
  CHECK(result.staleness.max >= 2);                        // it laps the slow one
}

}  // namespace lockstep::models
