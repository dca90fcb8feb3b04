// When schedules of stages and messages are over. A span of n is n ns.
#include <doctest/doctest.h>

#include <vector>

#include "models/parts/stages/schedule.hpp"

namespace lockstep::models {

namespace {

constexpr Picoseconds ns(std::int64_t count) { return {count * 1000}; }

// Stage 0 computes for 1 and sends, stage 1 receives and computes for `second`, so many times.
Schedule two_stages(std::int64_t messages, std::int64_t second, std::int64_t iterations = 1) {
  Schedule schedule;
  schedule.stages = {{{{{.span = ns(1), .sends = 0}}, messages}},
                     {{{{.span = ns(second), .receives = 0}}, messages}}};
  schedule.links = {{.connection = 0, .latency = ns(2), .transfer = ns(3)}};
  schedule.iterations = iterations;
  return schedule;
}

// Both stages send to each other at once, over one place if `together`.
Schedule both_ways(bool together, std::int64_t iterations = 1) {
  const auto crosses = [&](std::int32_t place) {
    return decltype(StageLink::crossings){{together ? 0 : place, 3e-9}};
  };
  Schedule schedule;
  schedule.stages = {{{{{.span = ns(1), .sends = 0}}, 4}, {{{.span = ns(1), .receives = 1}}, 4}},
                     {{{{.span = ns(1), .sends = 1}}, 4}, {{{.span = ns(1), .receives = 0}}, 4}}};
  schedule.links = {
      {.connection = 0, .latency = ns(2), .transfer = ns(3), .crossings = crosses(0)},
      {.connection = 1, .latency = ns(2), .transfer = ns(3), .crossings = crosses(1)}};
  schedule.places = 2;
  schedule.iterations = iterations;
  return schedule;
}

void check_exact(const Schedule& schedule, std::int64_t expected_ns) {
  const ScheduleTime time = schedule_time(schedule);
  CHECK(time.known);
  CHECK(time.exact);
  CHECK(time.makespan == ns(expected_ns));
}

}  // namespace

TEST_CASE("schedule_time: bytes of messages follow one another, latencies overlap") {
  // Sent at 1, 2, 3; bytes flow from 3 to 6, to 9, to 12; the last is computed on by 13.
  check_exact(two_stages(3, 1), 13);
  // If stage 1 takes 5, it is busy from 6 on: 6 + 3 x 5.
  check_exact(two_stages(3, 5), 21);
}

TEST_CASE("schedule_time: messages that would share their bandwidth are a bound") {
  Schedule schedule = two_stages(3, 1);
  schedule.messages_in_turn = false;
  CHECK_FALSE(schedule_time(schedule).exact);
  CHECK(schedule_time(schedule).makespan == ns(13));
  schedule = two_stages(1, 1);  // nobody to share it with: 1 + 2 + 3 + 1
  schedule.messages_in_turn = false;
  check_exact(schedule, 7);
}

TEST_CASE("schedule_time: mini-batches and turns that repeat are counted, however many") {
  // The link sends every 3: the last of n messages is there at 3 + 3 n. Stage 0 begins each
  // mini-batch at once, stage 1 ends one with each 3 messages.
  check_exact(two_stages(1'000'000'000'000, 1), 3 + 3 * 1'000'000'000'000 + 1);
  check_exact(two_stages(1'000'000'000'000, 5), 6 + 5 * 1'000'000'000'000);
  // The same messages in several mini-batches, and in one: where all stages take equally long.
  for (const std::int64_t iterations : {1, 2, 5, 1000, 1'000'000}) {
    // Stage 0 sends when stage 1's answer is there: 1 + 5, 1 + 5 for one round.
    Schedule answered;
    answered.stages = {{{{{.span = ns(1), .sends = 0}, {.receives = 1}}, 3}},
                       {{{{.span = ns(1), .receives = 0, .sends = 1}}, 3}}};
    answered.links = {{.connection = 0, .latency = ns(2), .transfer = ns(3)},
                      {.connection = 1, .latency = ns(2), .transfer = ns(3)}};
    answered.iterations = iterations;
    check_exact(answered, 36 * iterations);
  }
}

TEST_CASE("schedule_time: messages of two connections that meet at one place are a bound") {
  // Apart: the last of 4 messages is there at 3 + 4 x 3 = 15, and 4 computations behind, the last
  // one at 16. Over one place, 8 messages of 3 follow the first, which can begin at 3, and a
  // computation of 1 follows the last.
  check_exact(both_ways(false), 16);
  const ScheduleTime time = schedule_time(both_ways(true));
  CHECK(time.known);
  CHECK_FALSE(time.exact);
  CHECK(time.makespan == ns(3 + 8 * 3 + 1));
}

TEST_CASE("schedule_time: a schedule whose picoseconds cannot be added up is not known") {
  CHECK_FALSE(schedule_time(two_stages(1'000'000'000'000'000'000, 1)).known);
  CHECK_FALSE(schedule_time({}).known);
}

}  // namespace lockstep::models
