// Where messages are folded: on the device, or on an engine beside it.
#include <doctest/doctest.h>

#include "models/cost/make_setup.hpp"
#include "models/language/worker.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

constexpr Payload scalars{Buffer::gradients, 0, 1000};

Program fold_from(Worker& worker, Rank source) {
  const Message theirs = co_await worker.receive(source, 0);
  co_await worker.reduce(theirs);
}

// The fold's message arrives while the product is computed.
Program folds_beside_a_product(Worker& worker) {
  co_await worker.post(1 - worker.rank(), 0, scalars);
  Program folding = fold_from(worker, 1 - worker.rank());
  const std::uint32_t strand = co_await worker.fork(folding);
  co_await worker.forward(0, 300'000);
  co_await worker.join(strand);
}

Program first_folds_two(Worker& worker) {
  if (worker.rank() > 0) {
    co_await worker.post(0, 0, scalars);
    co_return;
  }
  Program one = fold_from(worker, 1);
  Program other = fold_from(worker, 2);
  const std::uint32_t strand = co_await worker.fork(one);
  const std::uint32_t beside = co_await worker.fork(other);
  co_await worker.join(strand);
  co_await worker.join(beside);
}

Program accumulates_beside_a_product(Worker& worker) { co_await worker.accumulate(scalars); }

Program both_on_the_device(Worker& worker) {
  Program sum = accumulates_beside_a_product(worker);
  const std::uint32_t strand = co_await worker.fork(sum);
  co_await worker.forward(0, 8);
  co_await worker.join(strand);
}

Simulated simulated(Program (*program)(Worker&), int hosts, Reductions reductions) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.device.reductions = reductions;
  Setup setup = run.setup();
  Algorithm algorithm = *setup.algorithm;
  algorithm.program = program;
  setup.algorithm = &algorithm;
  Simulated result = simulate(setup);
  REQUIRE(result.outcome.finished());
  return result;
}

// 2 x 300,000 x 64^2 FLOPs at 1e12 a second, and 1 us of overhead; 4,000 bytes at 1.25 GB/s after
// twice 10 us; 1,000 FLOPs, a double just above 1 ns, and the overhead.
constexpr Picoseconds product{2'457'600'000 + 1'000'000};
constexpr Picoseconds message{20'000'000 + 3'200'000};
constexpr Picoseconds fold_time{1'001 + 1'000'000};

}  // namespace

TEST_CASE("reductions: on the device a fold waits for the product, and is computing") {
  const Simulated run = simulated(folds_beside_a_product, 2, Reductions::device);
  CHECK(run.makespan == product + fold_time);
  CHECK(run.workers[0].compute == product + fold_time);
  CHECK(run.workers[0].communication == message);
  CHECK(run.workers[0].exposed_communication == Picoseconds{});
}

TEST_CASE("reductions: on an engine a fold goes on beside the product, and is communication") {
  const Simulated run = simulated(folds_beside_a_product, 2, Reductions::engine);
  CHECK(run.makespan == product);
  CHECK(run.workers[0].compute == product);
  CHECK(run.workers[0].communication == message + fold_time);
  CHECK(run.workers[0].exposed_communication == Picoseconds{});
  CHECK(run.flops == simulated(folds_beside_a_product, 2, Reductions::device).flops);
}

// Two messages share the link to rank 0: both are there after 20 us and twice 3.2 us.
TEST_CASE("reductions: an engine folds one message after another") {
  const Picoseconds both = message + Picoseconds{3'200'000};
  for (const Reductions reductions : {Reductions::device, Reductions::engine}) {
    const Simulated run = simulated(first_folds_two, 3, reductions);
    CHECK(run.makespan == both + fold_time + fold_time);
    const bool on_engine = reductions == Reductions::engine;
    CHECK(run.workers[0].compute == (on_engine ? Picoseconds{} : fold_time + fold_time));
    CHECK(run.workers[0].communication == (on_engine ? both + fold_time + fold_time : both));
    CHECK(run.workers[0].idle == Picoseconds{});
  }
}

// 2 x 8 x 64^2 FLOPs and the overhead.
TEST_CASE("reductions: what a rank adds up of its own stays on the device") {
  const Picoseconds small_product{65'536 + 1'000'000};
  for (const Reductions reductions : {Reductions::device, Reductions::engine})
    CHECK(simulated(both_on_the_device, 1, reductions).makespan == small_product + fold_time);
}

TEST_CASE("reductions: cores that share a memory, or that ranks share, fold for themselves") {
  testing::RunOf run;
  CHECK(run.setup().has_engine(0));
  CHECK_FALSE(run.setup().workers_fold_on_devices());
  Cluster cluster = run.cluster();
  cluster.cores = 2;
  const auto on_cores = make_setup(run.mlp, run.training, cluster, run.algorithm());
  REQUIRE(on_cores.ok());
  CHECK_FALSE(on_cores->has_engine(0));
  run.topology = "shared_memory";
  run.kind = "hogwild";
  CHECK_FALSE(run.setup().has_engine(0));
  CHECK(run.setup().workers_fold_on_devices());
}

}  // namespace lockstep::models
