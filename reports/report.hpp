// What a command found out about a scenario, whatever form it is then written in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "models/parts/replicas/optimal_workers.hpp"
#include "models/readers/execute/execute.hpp"
#include "models/readers/simulate/critical_path.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "models/readers/simulate/improvements.hpp"
#include "models/readers/simulate/path_shares.hpp"
#include "models/readers/simulate/rank_order.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/train/train.hpp"
#include "scenarios/scenario.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::reports {

// Where the time of a simulated run goes, and what would make it shorter.
struct CriticalPath {
  std::vector<models::PathStep> steps;
  models::PathShares shares;
  std::vector<models::Improvement> improvements;
  std::string left_out;   // which improvements were not tried, and why; empty if all were
  bool in_report = true;  // else only a page shows it
};
inline constexpr double improvement_factor = 1.1;  // how much better each part is

// One algorithm of the scenario. `setup` belongs to the scenario.
struct Run {
  const models::Setup* setup = nullptr;
  models::ClosedForm analytic;
  std::optional<models::Simulated> simulated;                 // none for `lockstep cost`
  std::optional<models::Trained> trained = std::nullopt;      // of `lockstep train`
  std::optional<models::Executed> executed = std::nullopt;    // of `lockstep execute`
  std::optional<models::Recording> recording = std::nullopt;  // of the simulation, if asked for
  std::optional<CriticalPath> critical_path = std::nullopt;   // likewise
  std::string critical_path_left_out = {};  // why there is none, though it was asked for
  std::optional<models::OptimalWorkers> optimal_workers = std::nullopt;  // of `lockstep cost`
  std::optional<models::Goodput> goodput = std::nullopt;  // of the simulation, if workers fail
  std::optional<models::BestRankOrder> rank_order = std::nullopt;  // the best, if it was asked for
  // Makespans, or with failures the times on the wall clock, with the scenario's seed and those
  // that follow it, if several were asked for.
  std::vector<Picoseconds> replicates = {};
};

// The answer that a report begins with (verdict.hpp).
struct Verdict {
  std::vector<std::string> text;    // sentences
  std::vector<std::size_t> order;   // all runs, the best first; those that do not fit come last
  std::optional<std::size_t> best;  // of the runs; none if none fits the devices' memory
};

struct Report {
  const scenarios::Scenario* scenario = nullptr;
  std::vector<Run> runs;                             // those that were finished, in order
  std::optional<topologies::TrafficResult> traffic;  // of a scenario of raw flows
  bool interrupted = false;                          // runs are missing
  std::optional<CriticalPath> path_of_best;  // of the best run, where the report has none of it
  Verdict verdict;                           // empty while runs may follow
};

// Returns the runs as the verdict orders them, or as they are where there is no verdict.
[[nodiscard]] std::vector<const Run*> best_first(const Report& report);

}  // namespace lockstep::reports
