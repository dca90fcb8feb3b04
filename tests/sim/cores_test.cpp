#include "sim/cores.hpp"

#include <doctest/doctest.h>

namespace lockstep::sim {
namespace {

// Two cores: uses of 10 and 4 begin at once; the third waits for the one that ends at 4, the fourth
// for that which ends first then, at 4 + 3 = 7.
TEST_CASE("cores: a use takes the core that is free first") {
  Cores cores(2);
  CHECK(cores.free_at().ps == 0);
  cores.take({10});
  CHECK(cores.free_at().ps == 0);
  cores.take({4});
  CHECK(cores.free_at().ps == 4);
  cores.take({7});
  CHECK(cores.free_at().ps == 7);
  cores.take({20});
  CHECK(cores.free_at().ps == 10);
}

TEST_CASE("cores: a use that is cut short leaves its core") {
  Cores cores(2);
  cores.take({10});
  cores.take({20});
  cores.cut({20}, {5});
  CHECK(cores.free_at().ps == 5);
  cores.cut({99}, {1});  // of no core any more: others have queued behind it
  CHECK(cores.free_at().ps == 5);
}

}  // namespace
}  // namespace lockstep::sim
