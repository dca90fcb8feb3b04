// Two runs that must come out the same: an algorithm, and one that it turns into.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

// The same run with another algorithm.
[[nodiscard]] inline RunOf as(const char* kind, RunOf run,
                              std::vector<std::pair<std::string, OptionValue>> options = {}) {
  run.kind = kind;
  run.options = std::move(options);
  return run;
}

[[nodiscard]] inline Simulated simulated(const RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

inline void check_same(const RunOf& one, const RunOf& other) {
  const Simulated first = simulated(one);
  const Simulated second = simulated(other);
  CHECK(first.flops == second.flops);
  CHECK(first.bytes == second.bytes);
  CHECK(first.messages == second.messages);
  CHECK(first.makespan == second.makespan);
  const Setup setup = one.setup();
  const Setup reference = other.setup();
  CHECK(closed_form_of(setup).memory == closed_form_of(reference).memory);
}

}  // namespace lockstep::models::testing
