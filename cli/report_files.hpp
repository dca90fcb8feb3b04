// Where reports go: tables to stdout, JSON and CSV to the files of -o and --csv.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/scenario_files.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// Adds --output and --csv.
void add_report_options(options_description& options);

class ReportFiles {
 public:
  // Throws UsageError for names that collide with each other or with a scenario.
  explicit ReportFiles(const CommandLine& line);

  // Whether all files can be written, as far as that shows before a long run; complains if not.
  // Throws UsageError for reports that one file cannot hold together.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& loaded) const;

  // The tables of one scenario, unless stdout is for a file's content.
  void show(const reports::Report& report) const;

  // All files. Without any report, none is written.
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;

 private:
  std::string json_file_;  // empty for none, "-" for stdout
  std::string csv_file_;
  bool one_scenario_;
};

// `run` and `cost` from their arguments to the scenarios, read and checked, which `report` then
// reports on.
[[nodiscard]] ExitCode report_on_scenarios(
    const Command& self, Arguments arguments,
    ExitCode (*report)(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                       bool quiet));

}  // namespace lockstep::cli
