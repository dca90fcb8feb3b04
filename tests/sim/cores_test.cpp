#include "sim/cores.hpp"

#include <doctest/doctest.h>

namespace lockstep::sim {
namespace {

// Two cores: devices 0 and 2 share the first, 1 and 3 the second.
TEST_CASE("cores: devices take turns on the core that they share") {
  Cores cores(2);
  CHECK(cores.free_at(0).ps == 0);
  cores.take(0, {10});
  CHECK(cores.free_at(2).ps == 10);
  CHECK(cores.free_at(1).ps == 0);
  cores.take(3, {4});
  CHECK(cores.free_at(1).ps == 4);
  CHECK(cores.free_at(0).ps == 10);
}

TEST_CASE("cores: a use that is cut short leaves its core, unless others have queued behind it") {
  Cores cores(2);
  cores.take(0, {20});
  cores.cut(0, {20}, {5});
  CHECK(cores.free_at(2).ps == 5);
  cores.take(2, {30});
  cores.cut(0, {20}, {6});
  CHECK(cores.free_at(0).ps == 30);
}

}  // namespace
}  // namespace lockstep::sim
