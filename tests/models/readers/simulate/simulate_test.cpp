// The simulating reader: deadlocks, runs that are stopped, and how hosts spend their time.
#include "models/readers/simulate/simulate.hpp"

#include <doctest/doctest.h>

#include "models/language/worker.hpp"
#include "models/readers/simulate/host_activity.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

Simulated simulate_program(Program (*program)(Worker&), int hosts) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  Setup setup = run.setup();
  Algorithm algorithm = *setup.algorithm;
  algorithm.program = program;
  setup.algorithm = &algorithm;
  return simulate(setup);
}

constexpr Payload scalars{Buffer::gradients, 0, 1000};

// Rank 0 waits for a message that rank 1 never sends; rank 1 sends one that nobody takes.
Program never_meets(Worker& worker) {
  co_await worker.forward(0, 8);
  if (worker.rank() == 0) co_await worker.receive(1, 7);
  if (worker.rank() == 1) co_await worker.send(0, 8, scalars);
}

Program all_receive_first(Worker& worker) {
  const Rank other = 1 - worker.rank();
  co_await worker.receive(other, 0);
  co_await worker.post(other, 0, scalars);
}

Program swaps(Worker& worker) {
  const Rank other = 1 - worker.rank();
  co_await worker.exchange(other, scalars, other, 0);
}

// Rank 1 computes before it asks: the sender waits, and the message starts then.
Program sends_to_busy_receiver(Worker& worker) {
  if (worker.rank() == 0) {
    co_await worker.send(1, 0, scalars);
    co_return;
  }
  co_await worker.forward(0, 8);
  co_await worker.receive(0, 0);
}

Program posts_to_busy_receiver(Worker& worker) {
  if (worker.rank() == 0) {
    co_await worker.post(1, 0, scalars);
    co_return;
  }
  co_await worker.forward(0, 8);
  co_await worker.receive(0, 0);
}

// 2 x 8 x 64^2 / 1e12 s + 1 us of overhead; 4,000 bytes at 1.25 GB/s after 20 us.
constexpr Picoseconds product{1'065'536};
constexpr Picoseconds message{20'000'000 + 3'200'000};

}  // namespace

TEST_CASE("simulate: a deadlock names who waits for what, since when") {
  const Simulated result = simulate_program(never_meets, 2);
  CHECK(result.outcome.kind == sim::Outcome::Kind::deadlock);
  CHECK(result.outcome.waiting ==
        std::vector<std::string>{"rank 0 waits for a message from rank 1 with tag 7 since 1.07 us",
                                 "rank 1 waits for rank 0 to take a message with tag 8 since 1.07 "
                                 "us"});
}

TEST_CASE("simulate: ranks that all receive first deadlock, and ranks that exchange do not") {
  CHECK(simulate_program(all_receive_first, 2).outcome.waiting.size() == 2);
  const Simulated result = simulate_program(swaps, 2);
  CHECK(result.outcome.finished());
  CHECK(result.makespan == message);
  CHECK(result.messages == 2);
  CHECK(result.bytes == 2 * 4000);
}

TEST_CASE("simulate: a send starts when its receiver asks, a post at once") {
  CHECK(simulate_program(sends_to_busy_receiver, 2).makespan == product + message);
  CHECK(simulate_program(posts_to_busy_receiver, 2).makespan == message);
}

TEST_CASE("simulate: a run can be stopped") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 16;
  run.training.iterations = 1000;
  const std::atomic<bool> stop = true;
  CHECK(simulate(run.setup(), {&stop, {}}).outcome.kind == sim::Outcome::Kind::stopped);
}

TEST_CASE("host_activity: communication is exposed where the device is not busy") {
  // Device busy [0, 4) and [6, 10); messages under way [2, 7) and, inside it, [3, 5), then [9, 12):
  // 8 of communication, hidden in [2, 4), [6, 7) and [9, 10).
  HostActivity host;
  const auto at = [](std::int64_t ps) { return Picoseconds{ps}; };
  host.device_used({at(0), at(4)}, at(0));
  host.message_begins(at(2));
  host.message_begins(at(3));
  host.message_ends(at(5));
  host.device_used({at(6), at(10)}, at(6));
  host.message_ends(at(7));
  host.message_begins(at(9));
  host.message_ends(at(12));
  const HostUse use = host.use(at(15));
  CHECK(use.compute == at(8));
  CHECK(use.communication == at(8));
  CHECK(use.exposed_communication == at(4));
  CHECK(use.idle == at(3));
}

TEST_CASE("host_activity: many uses during one long message are forgotten without being lost") {
  // One message under way [0, 20,000); the device is busy in every second picosecond.
  HostActivity host;
  host.message_begins({0});
  for (std::int64_t i = 0; i < 10'000; ++i) host.device_used({{2 * i}, {2 * i + 1}}, {2 * i});
  host.message_ends({20'000});
  const HostUse use = host.use({20'000});
  CHECK(use.compute == Picoseconds{10'000});
  CHECK(use.communication == Picoseconds{20'000});
  CHECK(use.exposed_communication == Picoseconds{10'000});
}

}  // namespace lockstep::models
