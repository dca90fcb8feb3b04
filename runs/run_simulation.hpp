// Simulates one run of a scenario, with all that belongs to it: the best order of ranks, what
// failures make of it, other seeds, its critical path. Prints nothing, and several may go on at
// once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/readers/simulate/causes.hpp"
#include "models/readers/simulate/recording.hpp"
#include "reports/report.hpp"
#include "runs/critical_path_of.hpp"
#include "runs/exit_code.hpp"
#include "runs/limits.hpp"
#include "scenarios/scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::runs {

struct RunEnd {
  ExitCode code = ExitCode::done;                // or why there is no run
  std::optional<reports::Run> run;               // refers to the scenario, or to `ordered`
  std::shared_ptr<const models::Setup> ordered;  // the setup with its ranks in the best order
  Faults faults;                                 // what to say of it
  std::vector<std::string> waiting;              // after a deadlock: who waits for what
};

// How runs are simulated, and who watches.
struct RunSimulation {
  const scenarios::Scenario* scenario = nullptr;
  int replicates = 1;  // how many seeds
  PathUse path_use = PathUse::on_page;
  Limits limits = {};  // what is too much for them is not begun
  sim::RunControl control;
  // Called when a part of it begins: what it is, and how long it takes on the simulated clock, 0
  // if nobody knows.
  std::function<void(const std::string& label, Picoseconds expected)> begins = {};

  // `setup` is a run of the scenario; what happens goes into the recording and the causes.
  [[nodiscard]] RunEnd simulate(const models::Setup& setup,
                                std::optional<models::Recording> recording = std::nullopt,
                                std::optional<models::Causes> causes = std::nullopt) const;
};

// Returns the result of a scenario's flows, or what keeps them from ending, like that of a run.
[[nodiscard]] RunEnd end_of(const std::string& pointer, const sim::Outcome& outcome);

}  // namespace lockstep::runs
