#include "reports/fair_room.hpp"

#include <doctest/doctest.h>

namespace lockstep::reports {

TEST_CASE("fair_room: who wants little leaves the rest to the others") {
  CHECK(fair_room({}, 100) == 100);
  CHECK(fair_room({10, 20, 30}, 100) == 100);  // all fit
  CHECK(fair_room({100, 100}, 100) == 50);
  // 10 and 20 leave 70 for two.
  CHECK(fair_room({500, 10, 400, 20}, 100) == 35);
  CHECK(fair_room({5, 5, 5}, 2) == 1);  // each keeps something
}

}  // namespace lockstep::reports
