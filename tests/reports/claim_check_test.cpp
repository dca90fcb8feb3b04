#include "reports/claim_check.hpp"

#include <doctest/doctest.h>

using namespace lockstep;
using namespace lockstep::reports;
using models::TimeClaim;
using Counts = ClaimCheck::Counts;

namespace {

// A closed form of 1 s, and a simulation of 1,000 events.
ClaimCheck check_of(TimeClaim claim, double simulated_s) {
  ClaimCheck check;
  check.label = "ring";
  check.kind = "sync_sgd";
  check.form.makespan = nearest_seconds(1);
  check.form.claim = claim;
  check.simulated = nearest_seconds(simulated_s);
  check.events = 1000;
  return check;
}

bool holds(TimeClaim claim, double simulated_s, double tolerance = 1e-9) {
  return check_of(claim, simulated_s).holds(tolerance);
}

}  // namespace

// Allowed are 1e-9 s, and 1,000 events of 1e-12 s each: 2e-9 s together.
TEST_CASE("claim_check: an exact time may be off by a share and a picosecond an event") {
  CHECK(holds(TimeClaim::exact, 1));
  CHECK(holds(TimeClaim::exact, 1 + 1.9e-9));
  CHECK(holds(TimeClaim::exact, 1 - 1.9e-9));
  CHECK_FALSE(holds(TimeClaim::exact, 1 + 2.1e-9));
  CHECK_FALSE(holds(TimeClaim::exact, 1 - 2.1e-9));
  CHECK(holds(TimeClaim::exact, 1.09, 0.1));
}

TEST_CASE("claim_check: bounds may be off to one side, estimates to both") {
  CHECK(holds(TimeClaim::lower_bound, 2));
  CHECK_FALSE(holds(TimeClaim::lower_bound, 0.999));
  CHECK(holds(TimeClaim::upper_bound, 0.5));
  CHECK_FALSE(holds(TimeClaim::upper_bound, 1.001));
  CHECK(holds(TimeClaim::estimate, 0.5));
  CHECK(holds(TimeClaim::estimate, 2));
}

TEST_CASE("claim_check: counts that differ are a failure, whatever the time") {
  ClaimCheck check = check_of(TimeClaim::estimate, 1);
  check.counts = Counts::fewer;
  CHECK(check.holds(1e-9));
  check.counts = Counts::differ;
  CHECK_FALSE(check.holds(1));
}

TEST_CASE("claim_check: the table says what does not hold") {
  const std::vector<ClaimCheck> checks = {check_of(TimeClaim::exact, 1),
                                          check_of(TimeClaim::exact, 1.5),
                                          check_of(TimeClaim::estimate, 1.1)};
  CHECK(claim_check_tables(checks, 1e-9, {}) ==
        "algorithm  closed form  simulated  difference  claim     holds  counts\n"
        "ring               1 s        1 s         0 %  exact     yes    equal\n"
        "ring               1 s      1.5 s       +50 %  exact     no     equal\n"
        "ring               1 s      1.1 s       +10 %  estimate  -      equal\n"
        "\n"
        "counts: FLOPs by kind, bytes and messages, closed form vs simulation\n"
        "1 of 2 exact times and 0 of 0 bounds hold (tolerance 1e-09);\n"
        "1 estimate: median 10 % off, worst 10 %; counts differ in 0 of 3 runs\n");
}
