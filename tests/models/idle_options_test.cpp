// An option that says that it has no effect on a run has none.
#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"
#include "tests/sanitized.hpp"

namespace lockstep::models {

TEST_CASE("idle options: without effect, every other value gives the same time and memory") {
  constexpr int runs_each = lockstep::testing::sanitized ? 30 : 200;
  int compared = 0;
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    testing::RandomRuns runs(std::string(algorithm->kind), 21);
    testing::RandomRuns others(std::string(algorithm->kind), 22);
    for (int i = 0; i < runs_each; ++i) {
      const testing::RunOf run = runs.next();
      const testing::RunOf other = others.next();
      const Result<Setup> setup = run.result();
      if (!setup.ok()) continue;
      for (const OptionSpec& option : algorithm->options) {
        if (option.idle == nullptr || option.idle(*setup).empty()) continue;
        for (const auto& [name, value] : other.options) {
          if (name != option.name) continue;
          testing::RunOf changed = run;
          changed.options.emplace_back(name, value);  // the last one counts
          const Result<Setup> again = changed.result();
          if (!again.ok()) continue;
          CAPTURE(i);
          CAPTURE(option.name);
          ++compared;
          CHECK(simulate(*again).makespan == simulate(*setup).makespan);
          CHECK(closed_form_of(*again).memory == closed_form_of(*setup).memory);
          CHECK(closed_form_of(*again).makespan == closed_form_of(*setup).makespan);
        }
      }
    }
  }
  CHECK(compared > 1000);
}

}  // namespace lockstep::models
