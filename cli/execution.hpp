// The parts of `lockstep execute` that do not depend on what carries its messages: input, runs,
// reports.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/finished_runs.hpp"
#include "cli/report_files.hpp"
#include "cli/runs.hpp"
#include "cli/scenario_files.hpp"
#include "models/readers/execute/execute.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// Loads all scenarios, with the networks that are computed in place of those that are costed.
// Returns nothing after a message.
[[nodiscard]] std::optional<std::vector<LoadedScenario>> load_computed(const CommandLine& line,
                                                                       SumsByMpi sums_by_mpi);

using Executor = std::function<models::Executed(const models::Problem&)>;

// What a process does beside training.
struct Role {
  bool speaks = true;            // shows and writes results; only one of several processes does
  bool can_end_at_once = false;  // a launcher leaves it little time to write when all is to end
};

class Execution {
 public:
  Execution(const CommandLine& line, Executor executor, Role role = {});

  // Whether the files can be written; complains if not.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& all) const;
  // Carries out all runs, until one is interrupted, and writes what was finished.
  [[nodiscard]] ExitCode run(const std::vector<LoadedScenario>& all);

 private:
  // Adds the scenario's runs to `finished`, and returns whether all were finished.
  [[nodiscard]] bool run_one(const LoadedScenario& loaded, FinishedRuns& finished);
  void look_at_loss(const LoadedScenario& loaded, const models::Setup& setup, double loss);
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;
  void keep(const std::vector<reports::Report>& so_far);

  Executor executor_;
  bool speaks_;
  bool keeps_;       // writes what is there so far, after each run
  bool ends_alone_;  // on an interruption, and not as a launcher does it
  ReportFiles files_;
  ExitCode code_ = ExitCode::done;
};

}  // namespace lockstep::cli
