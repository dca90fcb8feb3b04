// Where reports go: tables to stdout, JSON, CSV, pages and traces to the files of -o, --csv, --html
// and --trace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/limits.hpp"
#include "cli/named_files.hpp"
#include "cli/scenario_files.hpp"
#include "models/readers/simulate/causes.hpp"
#include "reports/csv.hpp"
#include "reports/report.hpp"
#include "runs/critical_path_of.hpp"

namespace lockstep::cli {

// Adds --output, --csv and --html.
void add_report_options(options_description& options);
// Adds --chart.
void add_chart_option(options_description& options);
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

  // Whether all files can be written, as far as can be told before a long run; complains if not.
  // Throws UsageError for reports that one file cannot hold together.
  [[nodiscard]] bool ready(const std::vector<LoadedScenario>& loaded) const;

  // Returns a recording for one of `runs` runs if a page, a trace or a timeline shows what happened
  // when; else nothing.
  [[nodiscard]] std::optional<models::Recording> recording_for(const models::Setup& setup,
                                                               std::size_t runs) const;

  // Returns room for the causes in one of `runs` runs if its critical path is asked for; else
  // nothing.
  [[nodiscard]] std::optional<models::Causes> causes_for(std::size_t runs) const;
  // Returns what a critical path is for, where there is one.
  [[nodiscard]] PathUse path_use() const {
    if (critical_path_) return PathUse::asked_for;
    return html_file().empty() ? PathUse::in_trace : PathUse::on_page;
  }

  // Returns the file for the order of real runs, which the caller has to write; empty for none.
  [[nodiscard]] const std::string& order_file() const { return files_[4].file; }

  // Shows the tables of one scenario, unless stdout is for a file's content.
  void show(const reports::Report& report) const;

  // Writes all files. Without any report, none is written.
  [[nodiscard]] ExitCode write(const std::vector<reports::Report>& reports) const;

  // Writes what a job that may end at any moment has so far, to those files that `write` replaces
  // as a whole; not to stdout, devices or pipes.
  [[nodiscard]] ExitCode keep(const std::vector<reports::Report>& so_far) const;

 private:
  [[nodiscard]] const std::string& json_file() const { return files_[0].file; }
  [[nodiscard]] const std::string& csv_file() const { return files_[1].file; }
  [[nodiscard]] const std::string& html_file() const { return files_[2].file; }
  [[nodiscard]] const std::string& trace_file() const { return files_[3].file; }
  [[nodiscard]] const std::string& csv_points_file() const { return files_[5].file; }
  // Whether one of the files is stdout; then nothing else goes there.
  [[nodiscard]] bool to_stdout() const;
  // Writes the files for which `wanted` returns true.
  [[nodiscard]] bool write_files(const std::vector<reports::Report>& reports,
                                 bool (*wanted)(const std::string& file)) const;

  std::vector<NamedFile> files_;
  std::vector<reports::CsvColumn> set_columns_;
  bool one_scenario_;
  bool critical_path_;
  bool timeline_;
};

// Does what `run` and `cost` have in common: reads and checks the scenarios of their arguments,
// which `report` then reports on.
struct ReportOptions {
  bool quiet = false;
  int replicates = 1;    // how many seeds to simulate
  std::size_t jobs = 1;  // how many runs at once
  Limits limits;
};
[[nodiscard]] ExitCode report_on_scenarios(
    const Command& self, Arguments arguments, bool simulates,
    ExitCode (*report)(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                       const ReportOptions& options));

}  // namespace lockstep::cli
