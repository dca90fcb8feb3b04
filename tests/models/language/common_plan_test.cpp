// What the ranks of a run share.
#include "models/language/common_plan.hpp"

#include <doctest/doctest.h>

#include "models/language/worker.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

int times_made = 0;

std::vector<int> squares(const Setup& setup) {
  ++times_made;
  std::vector<int> all;
  for (int rank = 0; rank < setup.workers; ++rank) all.push_back(rank * rank);
  return all;
}

}  // namespace

TEST_CASE("common plan: is made once, for all workers of a run") {
  const Setup setup = testing::RunOf{.hosts = 4, .kind = "sync_sgd"}.setup();
  CommonPlan plan;
  const Worker first(setup, 0, plan);
  const Worker last(setup, 3, plan);
  times_made = 0;
  const std::vector<int>& found = first.common(squares);
  CHECK(found == std::vector<int>{0, 1, 4, 9});
  CHECK(&last.common(squares) == &found);
  CHECK(times_made == 1);
  CommonPlan other;  // another run's
  CHECK(&Worker(setup, 0, other).common(squares) != &found);
  CHECK(times_made == 2);
}

}  // namespace lockstep::models
