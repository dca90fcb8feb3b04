// Trains one run of a scenario in simulated time, with all that belongs to it. Prints nothing, and
// several may go on at once.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/language/setup.hpp"
#include "models/readers/simulate/causes.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/train/train.hpp"
#include "reports/report.hpp"
#include "runs/critical_path_of.hpp"
#include "runs/exit_code.hpp"
#include "runs/limits.hpp"
#include "scenarios/scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::runs {

struct TrainEnd {
  ExitCode code = ExitCode::done;       // bad_input or unfinished: `faults` or `departures` say why
  Faults faults;                        // what to say of it
  std::vector<std::string> waiting;     // after a deadlock: who waits for what
  std::vector<std::string> departures;  // how the order that was replayed does not fit
  std::optional<reports::Run> run;      // what there is to report; refers to the scenario
};

// How runs are trained, and who watches.
struct TrainRun {
  const scenarios::Scenario* scenario = nullptr;
  // Failures, checkpoints and the target are the scenario's; what is observed is given to `train`.
  models::TrainOptions options = {};
  PathUse path_use = PathUse::on_page;
  Limits limits = {};  // what is too much for them is not begun
  sim::RunControl control = {};
  // Called when a part of it begins: what it is, and how long it takes on the simulated clock, 0
  // if nobody knows.
  std::function<void(const std::string& label, Picoseconds expected)> begins = {};
  // Called while numbers are computed, from any thread and several at once.
  std::function<void(std::size_t done, std::size_t all)> trains = {};

  // `setup` is a run of the scenario, and `computed` the same run on the network that is computed.
  [[nodiscard]] TrainEnd train(const models::Setup& setup, const models::Setup& computed,
                               std::optional<models::Recording> recording,
                               std::optional<models::Causes> causes) const;
};

}  // namespace lockstep::runs
