// The search of `lockstep plan`: the closed form of every candidate, then the simulation of those
// that no claim rules out.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/limits.hpp"
#include "models/cost/pareto_search.hpp"
#include "reports/plan.hpp"
#include "scenarios/planned_scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

// The candidate that comes nearest to fitting where none does.
struct NearestFit {
  std::size_t candidate = 0;
  double missing = 0;  // bytes, on the host that misses most
  double needed = 0;   // bytes, there
};

struct PlanOptions {
  std::size_t jobs = 1;   // threads; the result does not depend on it
  bool prunes = true;     // false: everything that fits is simulated
  bool by_group = false;  // runs that learn alike have a front of their own
  Limits limits = {};
  sim::RunControl control = {};
  // Called now and then, by any thread, one at a time: how many of how many parts are done.
  std::function<void(const char* what, std::size_t done, std::size_t total)> progress = {};
};

class PlanSearch {
 public:
  PlanSearch(const scenarios::PlannedScenario& planned, PlanOptions options)
      : planned_(planned), options_(std::move(options)) {}

  // Both return early if the search is stopped.
  void evaluate();
  void simulate();

  // The functions that follow may be called while the search goes on.
  // Returns what was found so far.
  [[nodiscard]] reports::PlanReport report() const;
  [[nodiscard]] std::optional<NearestFit> nearest() const;
  // Returns what tells a candidate from others, without its times.
  [[nodiscard]] reports::PlanRow row_of(std::size_t candidate) const;
  // Returns what the first run that failed said.
  [[nodiscard]] std::string failure() const;

 private:
  struct Part;
  [[nodiscard]] Part evaluated(std::size_t first, std::size_t last) const;
  void evaluate_one(std::size_t candidate, Part& part) const;
  void add(Part part);
  void simulate_all(const std::vector<std::size_t>& numbers);
  [[nodiscard]] bool is_stopped() const;

  const scenarios::PlannedScenario& planned_;
  PlanOptions options_;
  mutable std::mutex mutex_;  // guards all below
  reports::PlanCounts counts_;
  std::map<std::string, reports::PlanRefusal> refusals_;  // by words without numbers
  std::optional<NearestFit> nearest_;
  std::vector<models::ParetoCandidate> fitting_;
  std::optional<models::ParetoSearch> search_;
  std::map<std::size_t, double> makespans_;  // seconds, by candidate
  std::string failure_;
};

}  // namespace lockstep::cli
