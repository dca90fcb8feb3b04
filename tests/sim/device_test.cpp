#include "sim/device.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine.hpp"
#include "sim/process.hpp"

namespace lockstep::sim {
namespace {

// Who ended a use, and when.
using Ends = std::vector<std::pair<int, std::int64_t>>;

Process user(Engine& engine, Device& device, int who, Picoseconds arrival, Picoseconds span,
             Ends& ends) {
  co_await engine.delay(arrival);
  co_await device.use(span);
  ends.emplace_back(who, engine.now().ps);
}

// Arrivals: 0 at 0 for 10 -> ends at 10; 1 at 2 for 5 -> 15; 2 at 2, after 1, for 1 -> 16;
// 3 at 20, when all is quiet since 16, for 4 -> 24.
TEST_CASE("device: uses are served one at a time, in order of arrival") {
  Engine engine;
  Device device(engine);
  Ends ends;
  engine.spawn(user(engine, device, 3, {20}, {4}, ends), {});
  engine.spawn(user(engine, device, 0, {0}, {10}, ends), {});
  engine.spawn(user(engine, device, 1, {2}, {5}, ends), {});
  engine.spawn(user(engine, device, 2, {2}, {1}, ends), {});
  CHECK(engine.run().finished());
  CHECK(ends == Ends{{0, 10}, {1, 15}, {2, 16}, {3, 24}});
  CHECK(device.busy().ps == 10 + 5 + 1 + 4);
}

TEST_CASE("device: a reservation begins when the ones before it have ended") {
  Engine engine;
  Device device(engine);
  CHECK(device.reserve({10}).begin.ps == 0);
  const Device::Turn second = device.reserve({5});
  CHECK(second.begin.ps == 10);
  CHECK(second.end.ps == 15);
  CHECK(device.busy().ps == 15);
}

// A use of no span that finds the device free ends at once, behind the events of that instant.
TEST_CASE("device: a use may take no time, and still waits its turn") {
  Engine engine;
  Device device(engine);
  Ends ends;
  engine.spawn(user(engine, device, 0, {0}, {0}, ends), {});
  engine.spawn(user(engine, device, 1, {0}, {3}, ends), {});
  engine.spawn(user(engine, device, 2, {0}, {0}, ends), {});
  CHECK(engine.run().finished());
  CHECK(ends == Ends{{0, 0}, {1, 3}, {2, 3}});
}

TEST_CASE("device: devices do not wait for each other") {
  Engine engine;
  Device one(engine);
  Device two(engine);
  Ends ends;
  engine.spawn(user(engine, one, 1, {0}, {5}, ends), {});
  engine.spawn(user(engine, two, 2, {0}, {4}, ends), {});
  CHECK(engine.run().finished());
  CHECK(ends == Ends{{2, 4}, {1, 5}});
}

TEST_CASE("device: a use past the longest run ends the run as too long") {
  Engine engine;
  Device device(engine);
  Ends ends;
  engine.spawn(user(engine, device, 0, {0}, longest_run, ends), {});
  engine.spawn(user(engine, device, 1, {0}, longest_run, ends), {});
  CHECK(engine.run().kind == Outcome::Kind::too_long);
  CHECK(ends.empty());
}

}  // namespace
}  // namespace lockstep::sim
