// Runs that are finished: shown scenario by scenario, and written at the end; or as soon as an
// interruption has to end the program from another thread.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/interrupt.hpp"
#include "cli/report_files.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

using WriteReports = std::function<ExitCode(const std::vector<reports::Report>&)>;

class FinishedRuns {
 public:
  // Of `expected` runs in all. `write` takes those reports that have something in them; nothing is
  // shown where `shown_by` is null.
  FinishedRuns(const ReportFiles* shown_by, std::size_t expected, WriteReports write);

  // The runs that follow are of this scenario.
  void begin(const scenarios::Scenario& scenario);
  void add(reports::Run run);
  void add(topologies::TrafficResult traffic);
  // All runs of the scenario are there, or it was interrupted: shows it.
  void end_scenario(bool interrupted);
  // What there is so far; only until the next call.
  [[nodiscard]] const std::vector<reports::Report>& reports() const { return reports_; }

  // Says how many there are, if the program was interrupted; writes them. `code`, or that of what
  // went wrong with writing.
  [[nodiscard]] ExitCode conclude(ExitCode code);
  // The same from any thread, interrupted, and ends the program; does nothing after `conclude`.
  void end_interrupted();

 private:
  void show_last(bool interrupted);
  [[nodiscard]] ExitCode write_all(ExitCode code);

  const ReportFiles* shown_by_;
  std::size_t expected_;
  WriteReports write_;
  std::mutex mutex_;  // guards all below; whoever ends the program keeps it
  std::vector<reports::Report> reports_;
  std::size_t count_ = 0;
  bool last_is_open_ = false;
  bool concluded_ = false;
};

}  // namespace lockstep::cli
