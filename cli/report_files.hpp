// Where reports go: tables to stdout, JSON, CSV, pages and traces to the files of -o, --csv, --html
// and --trace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/scenario_files.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// Adds --output, --csv and --html.
void add_report_options(options_description& options);
// Adds --trace.
void add_trace_option(options_description& options);

class ReportFiles {
 public:
  // Throws UsageError for names that collide with each other or with a scenario.
  explicit ReportFiles(const CommandLine& line);

  // Whether all files can be written, as far as that shows before a long run; complains if not.
  // Throws UsageError for reports that one file cannot hold together.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& loaded) const;

  // A recording for each of so many runs, where a file shows what happened when; else nothing.
  [[nodiscard]] std::optional<models::Recording> recording_for(const models::Setup& setup,
                                                               std::size_t runs) const;

  // The tables of one scenario, unless stdout is for a file's content.
  void show(const reports::Report& report) const;

  // All files. Without any report, none is written.
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;

 private:
  struct Named {
    const char* option;
    std::string file;  // empty for none, "-" for stdout
  };
  [[nodiscard]] const std::string& json_file() const { return files_[0].file; }
  [[nodiscard]] const std::string& csv_file() const { return files_[1].file; }
  [[nodiscard]] const std::string& html_file() const { return files_[2].file; }
  [[nodiscard]] const std::string& trace_file() const { return files_[3].file; }
  // Whether one of them is stdout: then nothing else goes there.
  [[nodiscard]] bool to_stdout() const;

  std::vector<Named> files_;
  bool one_scenario_;
};

// `run` and `cost` from their arguments to the scenarios, read and checked, which `report` then
// reports on.
[[nodiscard]] ExitCode report_on_scenarios(
    const Command& self, Arguments arguments, bool with_trace,
    ExitCode (*report)(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                       bool quiet));

}  // namespace lockstep::cli
