// What messages cost processors, and ranks that share cores.
#include <doctest/doctest.h>

#include "models/language/worker.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

constexpr Payload scalars{Buffer::gradients, 0, 1000};
// 2 x 8 x 64^2 / 1e12 s + 1 us of overhead; 4,000 bytes at 1.25 GB/s after 20 us.
constexpr Picoseconds product{1'065'536};
constexpr Picoseconds message{20'000'000 + 3'200'000};
// 1 us, and 4,000 bytes at 4 GB/s.
constexpr Picoseconds overhead{1'000'000};
constexpr Picoseconds copying{1'000'000};

struct OnCluster {
  int hosts = 2;
  Endpoint endpoint = {};
  int cores = 0;
};

Simulated simulate_program(Program (*program)(Worker&), const OnCluster& cluster) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = cluster.hosts;
  Setup setup = run.setup();
  setup.cluster.endpoint = cluster.endpoint;
  setup.cluster.cores = cluster.cores;
  Algorithm algorithm = *setup.algorithm;
  algorithm.program = program;
  setup.algorithm = &algorithm;
  return simulate(setup);
}

Endpoint busy(bool eager) {
  Endpoint endpoint;
  endpoint.overhead_s = 1e-6;
  endpoint.copy_bytes_per_s = 4e9;
  endpoint.eager = eager;
  return endpoint;
}

Program posts_and_computes(Worker& worker) {
  if (worker.rank() == 0) {
    co_await worker.post(1, 0, scalars);
    co_await worker.forward(0, 8);
    co_return;
  }
  const Message received = co_await worker.receive(0, 0);
  co_await worker.store(received);
}

// Rank 1 computes for longer than the message takes before it asks.
Program sends_to_busy_receiver(Worker& worker) {
  if (worker.rank() == 0) {
    co_await worker.send(1, 0, scalars);
    co_return;
  }
  for (int i = 0; i < 30; ++i) co_await worker.forward(0, 8);
  co_await worker.receive(0, 0);
}

Program swaps(Worker& worker) {
  const Rank other = 1 - worker.rank();
  co_await worker.exchange(other, scalars, other, 0);
}

Program computes(Worker& worker) {
  co_await worker.forward(0, 8);
  co_await worker.forward(0, 8);
}

}  // namespace

// The sender: overhead and a copy before the message, then a product beside it. The receiver:
// overhead and a copy after it.
TEST_CASE("endpoint: both ends are busy with a message, the sender before and the receiver after") {
  const Simulated run = simulate_program(posts_and_computes, {.endpoint = busy(false)});
  REQUIRE(run.outcome.finished());
  CHECK(run.makespan == overhead + copying + message + overhead + copying);
  CHECK(run.workers[0].compute == overhead + copying + product);
  CHECK(run.workers[1].compute == overhead + copying);
}

TEST_CASE("endpoint: a cluster that says nothing of it has messages that cost no processor") {
  const Simulated run = simulate_program(posts_and_computes, {});
  CHECK(run.makespan == message);
  CHECK(run.workers[1].compute == Picoseconds{});
}

// By rendezvous it starts when the receiver asks, after 30 products; eager it has come by then.
TEST_CASE("endpoint: an eager message does not wait for its receiver") {
  Picoseconds computing;
  for (int i = 0; i < 30; ++i) computing += product;
  const Simulated late = simulate_program(sends_to_busy_receiver, {.endpoint = busy(false)});
  const Simulated early = simulate_program(sends_to_busy_receiver, {.endpoint = busy(true)});
  CHECK(late.makespan == computing + message + overhead);
  CHECK(early.makespan == computing + overhead);
}

TEST_CASE("endpoint: an eager exchange takes one message's time") {
  const Simulated run = simulate_program(swaps, {.endpoint = busy(true)});
  CHECK(run.makespan == overhead + copying + message + overhead);
  CHECK(run.messages == 2);
}

// Eight products on two cores, one after the other on each: four products long. With four cores
// each of the four ranks has its own.
TEST_CASE("cores: ranks beyond the cores of their machine take turns") {
  const Simulated crowded = simulate_program(computes, {.hosts = 4, .cores = 2});
  const Simulated roomy = simulate_program(computes, {.hosts = 4, .cores = 4});
  CHECK(crowded.makespan == product + product + product + product);
  CHECK(roomy.makespan == product + product);
  CHECK(crowded.flops == roomy.flops);
}

// The message is under way for 23.2 us, in which the receiver waits: half-way between 13.2 us,
// after which it takes 2 us to wake, and 33.2 us, after which it takes 6.
TEST_CASE("endpoint: a rank that has waited takes longer to go on the longer it has waited") {
  const Endpoint endpoint = {.overhead_s = 0,
                             .copy_bytes_per_s = std::numeric_limits<double>::infinity(),
                             .eager = true,
                             .wakes = {{13.2e-6, 2e-6}, {33.2e-6, 6e-6}}};
  const Simulated run = simulate_program(swaps, {.endpoint = endpoint});
  CHECK(run.makespan == message + Picoseconds{4'000'000});
  CHECK(endpoint.wake_s(0) == 0);
  CHECK(endpoint.wake_s(1e-6) == 2e-6);
  CHECK(endpoint.wake_s(1) == 6e-6);
  // Of 30 products' time the message needs a part: the receiver never waits.
  const Simulated late = simulate_program(sends_to_busy_receiver, {.endpoint = endpoint});
  Picoseconds computing;
  for (int i = 0; i < 30; ++i) computing += product;
  CHECK(late.makespan == computing);
}

TEST_CASE("endpoint: a closed form that leaves it out claims to be an estimate") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  Setup setup = run.setup();
  CHECK(closed_form_of(setup).claim == TimeClaim::exact);
  setup.cluster.endpoint = busy(true);
  CHECK(closed_form_of(setup).claim == TimeClaim::estimate);
  setup.cluster.endpoint = {};
  setup.cluster.cores = 2;
  CHECK(closed_form_of(setup).claim == TimeClaim::estimate);
  setup.cluster.cores = 4;
  CHECK(closed_form_of(setup).claim == TimeClaim::exact);
}

}  // namespace lockstep::models
