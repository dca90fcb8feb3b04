// What one rank sends another: over one connection, and received in the order of sending.
#include <doctest/doctest.h>

#include <vector>

#include "models/language/worker.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

// At 1 GB/s, with 10 us of latency a link: 4 MB take 4 ms, 4 kB take 4 us.
constexpr Payload large{Buffer::gradients, 0, 1'000'000};
constexpr Payload small{Buffer::gradients, 0, 1000};
constexpr Picoseconds latency{20'000'000};
constexpr Picoseconds large_takes{4'000'000'000};
constexpr Picoseconds small_takes{4'000'000};

std::vector<std::int64_t> received;

testing::RunOf two_hosts(Sharing sharing, Connections connections) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 2;
  run.bytes_per_s = 1e9;
  run.sharing = sharing;
  run.connections = connections;
  return run;
}

Picoseconds makespan(Program (*program)(Worker&), Sharing sharing, Connections connections) {
  received.clear();
  Setup setup = two_hosts(sharing, connections).setup();
  Algorithm algorithm = *setup.algorithm;
  algorithm.program = program;
  setup.algorithm = &algorithm;
  const Simulated result = simulate(setup);
  REQUIRE(result.outcome.finished());
  return result.makespan;
}

// Rank 0 posts the large message, and then the small one with tag `second`, or waits for the
// receiver to ask for that one; rank 1 receives `second` first.
template <Tag second, bool asked>
Program two_messages(Worker& worker) {
  if (worker.rank() == 0) {
    co_await worker.post(1, 0, large);
    if (asked)
      co_await worker.send(1, second, small);
    else
      co_await worker.post(1, second, small);
    co_return;
  }
  for (const Tag tag : {second, Tag{0}}) {
    const Message message = co_await worker.receive(0, tag);
    received.push_back(message.payload.count);
  }
}
constexpr auto posts_two_of_one_tag = two_messages<0, false>;
constexpr auto sends_after_posting = two_messages<0, true>;
constexpr auto posts_two_of_two_tags = two_messages<1, false>;

}  // namespace

TEST_CASE(
    "in_order: a receive takes the messages of one tag in the order in which they were sent") {
  for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min})
    for (const Connections connections : {Connections::ordered, Connections::independent})
      for (Program (*const program)(Worker&) : {posts_two_of_one_tag, sends_after_posting}) {
        makespan(program, sharing, connections);
        CHECK(received == std::vector<std::int64_t>{large.count, small.count});
      }
}

TEST_CASE("in_order: over one connection bytes of the second message follow those of the first") {
  for (const Sharing sharing : {Sharing::none, Sharing::max_min})
    CHECK(makespan(posts_two_of_one_tag, sharing, Connections::ordered) ==
          latency + large_takes + small_takes);
  // As if each had a connection of its own: side by side, or sharing the link until the small one
  // is there; the large one is received first, and so both at once.
  CHECK(makespan(posts_two_of_one_tag, Sharing::none, Connections::independent) ==
        latency + large_takes);
  const Picoseconds shared =
      makespan(posts_two_of_one_tag, Sharing::max_min, Connections::independent);
  CHECK(shared >= latency + large_takes + small_takes);
  CHECK(shared <= latency + large_takes + small_takes + Picoseconds{1});  // a rate changed
}

TEST_CASE("in_order: a message that is asked for is held back by those posted before it") {
  // The receiver asks for the small one when the large one is there: 20 us and 4 us later.
  for (const Connections connections : {Connections::ordered, Connections::independent})
    CHECK(makespan(sends_after_posting, Sharing::max_min, connections) ==
          latency + large_takes + latency + small_takes);
}

TEST_CASE("in_order: of another tag, a message overtakes only where it has its own connection") {
  makespan(posts_two_of_two_tags, Sharing::max_min, Connections::independent);
  CHECK(received == std::vector<std::int64_t>{small.count, large.count});
  // In order the second is there last, and both are received then.
  CHECK(makespan(posts_two_of_two_tags, Sharing::max_min, Connections::ordered) ==
        latency + large_takes + small_takes);
}

TEST_CASE("in_order: eager messages of unequal length count as those that wait for receivers") {
  // Chunks of a ring are of one parameter or of none here, and parts of low-rank factors of
  // different lengths: a later, shorter message must not be taken for the one before it.
  testing::RunOf ring = two_hosts(Sharing::max_min, Connections::ordered);
  ring.hosts = 5;
  ring.bytes_per_s = 1e5;
  ring.latency_s = 0;
  ring.device = {.flops_per_s = 1e9};
  ring.mlp = {.layers = 1, .width = 1};
  ring.training = {.batch = 4, .iterations = 3};
  testing::RunOf power_sgd = ring;
  power_sgd.topology = "fully_connected";
  power_sgd.hosts = 9;
  power_sgd.sharing = Sharing::none;
  power_sgd.mlp = {.layers = 4, .width = 16};
  power_sgd.training = {.batch = 8, .iterations = 2};
  power_sgd.options = {{"compression", std::string("power_sgd")}};
  for (testing::RunOf run : {ring, power_sgd})
    for (const Connections connections : {Connections::ordered, Connections::independent}) {
      run.connections = connections;
      Setup setup = run.setup();
      setup.cluster.endpoint.eager = true;
      const Simulated result = simulate(setup);
      REQUIRE(result.outcome.finished());
      testing::check_counts(closed_form_of(setup), result);
    }
}

}  // namespace lockstep::models
