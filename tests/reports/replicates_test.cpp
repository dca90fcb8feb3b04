// Mean, interval and quantiles of several seeds.
#include "reports/replicates.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace lockstep::reports {

TEST_CASE("replicates: Student's interval of a textbook sample") {
  // Mean 5, standard deviation sqrt(10/4); t(0.975; 4) = 2.776445.
  const Spread spread = spread_of({3, 4, 5, 6, 7});
  const double half = 2.776445 * std::sqrt(2.5 / 5);
  CHECK(spread.mean == 5);
  CHECK(spread.low == doctest::Approx(5 - half).epsilon(1e-6));
  CHECK(spread.high == doctest::Approx(5 + half).epsilon(1e-6));
  CHECK(spread.least == 3);
  CHECK(spread.most == 7);
  CHECK(spread.quantiles[0] == doctest::Approx(3.2));
  CHECK(spread.quantiles[2] == 5);
  CHECK(spread.quantiles[4] == doctest::Approx(6.8));
}

TEST_CASE("replicates: equal values have no spread, and differ from others") {
  const Spread spread = spread_of({0.1, 0.1, 0.1});
  CHECK(spread.mean == 0.1);
  CHECK(spread.low == spread.high);
  CHECK(overlap(spread, spread));
  CHECK_FALSE(overlap(spread, spread_of({0.2, 0.2})));
  CHECK(overlap(spread_of({1, 2}), spread_of({1.5, 2.5})));
}

}  // namespace lockstep::reports
