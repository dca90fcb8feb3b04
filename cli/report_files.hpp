// Where reports go: tables to stdout, JSON, CSV, pages and traces to the files of -o, --csv, --html
// and --trace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/named_files.hpp"
#include "cli/scenario_files.hpp"
#include "models/readers/simulate/causes.hpp"
#include "reports/report.hpp"

namespace lockstep::cli {

// Adds --output, --csv and --html.
void add_report_options(options_description& options);
// Adds --trace.
void add_trace_option(options_description& options);
// Adds --timeline.
void add_timeline_option(options_description& options);
// Adds --critical-path.
void add_critical_path_option(options_description& options);

class ReportFiles {
 public:
  // Throws UsageError for names that collide with each other or with what is read.
  explicit ReportFiles(const CommandLine& line);

  // Whether all files can be written, as far as that shows before a long run; complains if not.
  // Throws UsageError for reports that one file cannot hold together.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& loaded) const;

  // A recording for each of so many runs, where a file shows what happened when; else nothing.
  [[nodiscard]] std::optional<models::Recording> recording_for(const models::Setup& setup,
                                                               std::size_t runs) const;

  // Room for the causes of what happens in one of so many runs, where its critical path is asked
  // for; else nothing.
  [[nodiscard]] std::optional<models::Causes> causes_for(std::size_t runs) const;
  // Whether it is asked for by name, not only by a page.
  [[nodiscard]] bool wants_critical_path() const { return critical_path_; }

  // Where the order of real runs goes, whose writing is another's business; empty for nowhere.
  [[nodiscard]] const std::string& order_file() const { return files_[4].file; }

  // The tables of one scenario, unless stdout is for a file's content.
  void show(const reports::Report& report) const;

  // All files. Without any report, none is written.
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;

  // Of a job that may end at any moment, what is there so far: those files that `write` replaces as
  // a whole; not stdout, devices or pipes.
  [[nodiscard]] ExitCode keep(const std::vector<reports::Report>& so_far) const;

 private:
  [[nodiscard]] const std::string& json_file() const { return files_[0].file; }
  [[nodiscard]] const std::string& csv_file() const { return files_[1].file; }
  [[nodiscard]] const std::string& html_file() const { return files_[2].file; }
  [[nodiscard]] const std::string& trace_file() const { return files_[3].file; }
  // Whether one of them is stdout: then nothing else goes there.
  [[nodiscard]] bool to_stdout() const;
  // Those files that `wanted` names.
  [[nodiscard]] bool write_files(const std::vector<reports::Report>& reports,
                                 bool (*wanted)(const std::string& file)) const;

  std::vector<NamedFile> files_;
  bool one_scenario_;
  bool critical_path_;
  bool timeline_;
};

// `run` and `cost` from their arguments to the scenarios, read and checked, which `report` then
// reports on.
[[nodiscard]] ExitCode report_on_scenarios(
    const Command& self, Arguments arguments, bool simulates,
    ExitCode (*report)(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                       bool quiet));

}  // namespace lockstep::cli
