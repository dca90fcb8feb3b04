// How near bounds are, in the shipped scenarios and in random ones: what is not said to be rough is
// within a fifth. `build/release/lockstep_tests -tc='bounds:*' -s=false` prints the quartiles.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "scenarios/scenario.hpp"
#include "tests/models/random_run.hpp"
#include "tests/paths.hpp"

namespace lockstep::models {

namespace {

// Simulated times over lower bounds.
class Ratios {
 public:
  void add(const Setup& setup) {
    const ClosedForm form = closed_form_of(setup);
    if (form.claim != TimeClaim::lower_bound || form.makespan <= Picoseconds{}) return;
    const Simulated run = simulate(setup);
    REQUIRE(run.outcome.finished());
    const double ratio = run.makespan.seconds() / form.makespan.seconds();
    (form.rough.empty() ? near_ : rough_).push_back(ratio);
    CAPTURE(setup.label);
    CAPTURE(setup.pointer);
    CAPTURE(form.leaves_out);
    CAPTURE(setup.cluster.topology->kind);
    CAPTURE(static_cast<int>(setup.cluster.sharing));
    CAPTURE(setup.workers);
    CAPTURE(setup.servers);
    CAPTURE(static_cast<int>(setup.placement));
    CAPTURE(setup.training.iterations);
    // Pipelines have a rule of their own.
    if (form.rough.empty() && setup.algorithm->family == Family::data_parallel)
      CHECK(ratio <= near_factor);
  }

  [[nodiscard]] std::string text() const {
    return fmt::format("near: {}; rough: {}", quartiles(near_), quartiles(rough_));
  }
  [[nodiscard]] std::size_t near() const { return near_.size(); }

 private:
  static std::string quartiles(std::vector<double> ratios) {
    if (ratios.empty()) return "none";
    std::ranges::sort(ratios);
    const auto at = [&](double share) {
      return ratios[static_cast<std::size_t>(
          std::lround(share * static_cast<double>(ratios.size() - 1)))];
    };
    return fmt::format("{} bounds, simulated time over bound {:.3f} {:.3f} {:.3f} {:.3f} {:.3f}",
                       ratios.size(), at(0), at(0.25), at(0.5), at(0.75), at(1));
  }

  std::vector<double> near_;
  std::vector<double> rough_;
};

}  // namespace

TEST_CASE("bounds: in the shipped scenarios they are near, or said to be rough") {
  Ratios all;
  for (const char* name : {"survey", "asynchronous", "averaging", "stragglers", "two_racks",
                           "synchronous", "quickstart"}) {
    const auto loaded = scenarios::load_scenario(lockstep::testing::source_folder() / "scenarios" /
                                                 fmt::format("{}.json", name));
    REQUIRE(loaded.ok());
    for (const Setup& setup : loaded->runs) all.add(setup);
  }
  MESSAGE(all.text());
}

TEST_CASE("bounds: in random scenarios of data-parallel algorithms they are near, or rough") {
  for (const Algorithm* algorithm : algorithms()) {
    if (algorithm->family != Family::data_parallel) continue;
    Ratios ratios;
    testing::RandomRuns runs(std::string(algorithm->kind), 10);
    for (int i = 0; i < 300; ++i) {
      const testing::RunOf run = runs.next();
      const Result<Setup> setup = run.result();
      CAPTURE(i);
      if (setup.ok()) ratios.add(*setup);
    }
    MESSAGE(algorithm->kind, ": ", ratios.text());
  }
}

}  // namespace lockstep::models
