// Collects finished runs. They are shown scenario by scenario, and written at the end, or as soon
// as an interruption has to end the program from another thread.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/report_files.hpp"
#include "cli/runs.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

using WriteReports = std::function<ExitCode(const std::vector<reports::Report>&)>;

class FinishedRuns {
 public:
  // Expects `expected` runs in all. `write` takes those reports that are not empty; nothing is
  // shown if `shown_by` is null.
  FinishedRuns(const ReportFiles* shown_by, std::size_t expected, WriteReports write);

  // Begins a scenario, to which the runs that follow belong.
  void begin(const scenarios::Scenario& scenario);
  void add(reports::Run run);
  // `place` is the run's among those of the scenario: they may come in any order.
  void add(reports::Run run, std::size_t place);
  // Forgets the scenario's runs from a place on.
  void forget_from(std::size_t place);
  void add(topologies::TrafficResult traffic);
  // Takes the critical path of the scenario's best run, for its verdict.
  void add(reports::CriticalPath path_of_best);
  // Shows the scenario, whose runs are all there unless it was interrupted.
  void end_scenario(bool interrupted);
  // Returns the reports so far, which are valid only until the next call.
  [[nodiscard]] const std::vector<reports::Report>& reports() const { return reports_; }

  // Writes the reports and, if the program was interrupted, by a signal or a limit, says how many
  // runs there are. Returns `code`, or 3 for a limit, or the code of what went wrong with writing.
  [[nodiscard]] ExitCode conclude(ExitCode code);
  // Like `conclude` after an interruption, but may be called from any thread and ends the program;
  // does nothing after `conclude`.
  void end_interrupted();

 private:
  void show_last(bool interrupted);
  [[nodiscard]] ExitCode write_all(ExitCode code);

  const ReportFiles* shown_by_;
  std::size_t expected_;
  WriteReports write_;
  std::mutex mutex_;  // guards all below; whoever ends the program keeps it
  std::vector<reports::Report> reports_;
  std::vector<std::size_t> places_;  // of the runs of the last report, ascending
  std::size_t count_ = 0;
  bool last_is_open_ = false;
  bool concluded_ = false;
};

}  // namespace lockstep::cli
