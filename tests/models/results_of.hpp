// What closed form and simulation give for a run of a test.
#pragma once

#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

[[nodiscard]] inline Simulated simulated(const RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

[[nodiscard]] inline ClosedForm closed_form(const RunOf& run) {
  return closed_form_of(run.setup());
}

}  // namespace lockstep::models::testing
