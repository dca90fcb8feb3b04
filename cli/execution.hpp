// What `lockstep execute` does whatever carries its messages: input, runs, reports.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/finished_runs.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "models/readers/execute/execute.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// All scenarios, with the networks that are computed in place of those that are costed; nothing
// after a message.
[[nodiscard]] std::optional<std::vector<LoadedScenario>> load_computed(const CommandLine& line,
                                                                       SumsByMpi sums_by_mpi);

using Executor = std::function<models::Executed(const models::Problem&)>;

// What a process does beside training.
struct Role {
  bool speaks = true;            // shows and writes what came out; of several processes one does
  bool can_end_at_once = false;  // a launcher leaves it little time to write when all is to end
};

class Execution {
 public:
  Execution(const CommandLine& line, Executor executor, Role role = {});

  // Whether the files can be written; complains if not.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& all) const;
  // Until one run is interrupted; writes what was finished.
  [[nodiscard]] ExitCode run(const std::vector<LoadedScenario>& all);

 private:
  // Adds its runs, and says whether all were finished.
  [[nodiscard]] bool run_one(const LoadedScenario& loaded, FinishedRuns& finished);
  void look_at_loss(const LoadedScenario& loaded, const models::Setup& setup, double loss);
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;
  void keep(const std::vector<reports::Report>& so_far);

  Executor executor_;
  bool speaks_;
  bool keeps_;       // after each run, what is there so far
  bool ends_alone_;  // on an interruption, and not as a launcher does it
  ReportFiles files_;
  ExitCode code_ = ExitCode::done;
};

}  // namespace lockstep::cli
