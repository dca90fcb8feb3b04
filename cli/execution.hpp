// What `lockstep execute` does whatever carries its messages: input, runs, reports.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "models/execute/execute.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// All scenarios, with the networks that are computed in place of those that are costed; nothing
// after a message.
[[nodiscard]] std::optional<std::vector<LoadedScenario>> load_computed(const CommandLine& line,
                                                                       SumsByMpi sums_by_mpi);

using Executor = std::function<models::Executed(const models::Problem&)>;

class Execution {
 public:
  // `speaks`: shows and writes what came out; of several processes one does.
  Execution(const CommandLine& line, Executor executor, bool speaks = true);

  // Whether the files can be written; complains if not.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& all) const;
  // Until one run is interrupted; writes what was finished.
  [[nodiscard]] ExitCode run(const std::vector<LoadedScenario>& all);

 private:
  [[nodiscard]] reports::Report run_one(const LoadedScenario& loaded);
  void look_at_loss(const LoadedScenario& loaded, const models::Setup& setup, double loss);
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& finished) const;

  Executor executor_;
  bool speaks_;
  ReportFiles files_;
  std::string order_file_;  // empty for none
  ExitCode code_ = ExitCode::done;
};

}  // namespace lockstep::cli
