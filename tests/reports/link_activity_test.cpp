#include "reports/link_activity.hpp"

#include <doctest/doctest.h>

#include "tests/models/run_of.hpp"

namespace lockstep::reports {

namespace {

constexpr std::int64_t second = 1'000'000'000'000;

// Hosts 0 and 1 on a star of 100 B/s: channels 0 and 1 are host 0's to and from the switch, 2 and 3
// those of host 1.
models::Setup two_workers() {
  models::testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 2;
  run.bytes_per_s = 100;
  return run.setup();
}

}  // namespace

TEST_CASE("link_activity: a message counts evenly on its route while it is under way") {
  models::Recording recording(100, 2);
  // 100 bytes in 2 s, from 1 s on: half of what the channel carries.
  recording.message_arrived(
      {.begin = {second}, .end = {3 * second}, .from = 0, .to = 1, .bytes = 100});
  const auto links = link_activities(two_workers(), recording, {4 * second}, 4, 10);
  REQUIRE(links.size() == 2);
  CHECK(links[0].channel == 0);
  CHECK(links[0].utilization == std::vector<double>{0, 0.5, 0.5, 0});
  CHECK(links[1].channel == 3);
  CHECK(links[1].utilization == links[0].utilization);
}

TEST_CASE("link_activity: parts of stretches, and messages that take no time") {
  models::Recording recording(100, 2);
  recording.message_arrived(
      {.begin = {second / 2}, .end = {3 * second / 2}, .from = 0, .to = 1, .bytes = 100});
  recording.message_arrived(
      {.begin = {2 * second}, .end = {2 * second}, .from = 0, .to = 1, .bytes = 25});
  const auto links = link_activities(two_workers(), recording, {2 * second}, 2, 10);
  // The last message, at the very end, counts to the last stretch.
  CHECK(links[0].utilization == std::vector<double>{0.5, 0.75});
}

TEST_CASE("link_activity: only the busiest channels, and none where senders are unknown") {
  models::Recording recording(100, 2);
  recording.message_arrived({.begin = {0}, .end = {second}, .from = 0, .to = 1, .bytes = 100});
  recording.message_arrived({.begin = {0}, .end = {second}, .from = 1, .to = 0, .bytes = 10});
  const auto two = link_activities(two_workers(), recording, {second}, 1, 2);
  REQUIRE(two.size() == 2);
  CHECK(two[0].utilization[0] == 1);
  models::Recording joined(1, 2);
  for (int i = 0; i < 100; ++i)
    joined.message_arrived({.begin = {i}, .end = {i + 1}, .from = 0, .to = 1, .bytes = 1});
  CHECK(link_activities(two_workers(), joined, {second}, 1, 2).empty());
}

}  // namespace lockstep::reports
