#include "cli/report_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <limits>

#include "cli/messages.hpp"
#include "cli/only.hpp"
#include "cli/output_file.hpp"
#include "cli/result_file.hpp"
#include "cli/set_columns.hpp"
#include "cli/standard_output.hpp"
#include "reports/chrome_trace.hpp"
#include "reports/csv.hpp"
#include "reports/csv_points.hpp"
#include "reports/html.hpp"
#include "reports/overview.hpp"
#include "reports/report_json.hpp"
#include "reports/timeline.hpp"
#include "runs/observations.hpp"

namespace lockstep::cli {

namespace {

std::string reports_text(const std::vector<reports::Report>& reports, bool one_scenario) {
  if (one_scenario) return reports::json_text(reports::report_json(reports.front()));
  reports::Json all = reports::Json::array();
  for (const reports::Report& report : reports) all.push_back(reports::report_json(report));
  return reports::json_text(all);
}

// Whoever reads the trace should know before what is missing in it.
std::string trace_text(const std::vector<reports::Report>& reports) {
  reports::ChromeTrace trace = reports::chrome_trace(reports);
  const bool is_one = reports.size() == 1 && reports.front().runs.size() == 1;
  for (const std::string& joined : trace.joined)
    complain(fmt::format("--trace: {}{}", joined,
                         is_one ? "" : "; --only LABEL leaves all the room to one algorithm"));
  return std::move(trace.text);
}

}  // namespace

void add_report_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write the report as JSON (an array for several scenarios); - for stdout, without tables")  //
      ("csv", value<std::string>()->value_name("FILE"),
       "write a row per run, or per flow of a traffic scenario; - for stdout, without tables")  //
      ("html", value<std::string>()->value_name("FILE"),
       "write an HTML page (one file that opens offline); - for stdout");
}

void add_chart_option(options_description& options) {
  options.add_options()("chart",
                        "bars of samples per second (on a wide terminal they are there anyway)");
}

void add_trace_option(options_description& options) {
  using boost::program_options::value;
  options.add_options()("trace", value<std::string>()->value_name("FILE"),
                        "write a timeline trace for Perfetto; - for stdout");
}

void add_timeline_option(options_description& options) {
  options.add_options()("timeline", "show what each rank does when, one letter per time step");
}

void add_critical_path_option(options_description& options) {
  options.add_options()("critical-path",
                        "show where the time goes, and what a better cluster would save");
}

ReportFiles::ReportFiles(const CommandLine& line)
    : files_(output_files(line, {"output", "csv", "html", "trace", "order", "csv-points"},
                          {"replay"})),
      set_columns_(set_columns(line)),
      one_scenario_(line.operands().size() == 1),
      critical_path_(line.has("critical-path")),
      timeline_(line.has("timeline")) {}

bool ReportFiles::to_stdout() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](const NamedFile& named) { return named.file == "-"; });
}

std::optional<models::Recording> ReportFiles::recording_for(const models::Setup& setup,
                                                            std::size_t runs) const {
  if (html_file().empty() && trace_file().empty() && !timeline_) return std::nullopt;
  models::Recording recording = recording_of(setup, runs);
  if (!trace_file().empty()) recording.keep_memory();
  return recording;
}

std::optional<models::Causes> ReportFiles::causes_for(std::size_t runs) const {
  if (!critical_path_ && html_file().empty() && trace_file().empty()) return std::nullopt;
  return causes_of(runs);
}

bool ReportFiles::ready(const std::vector<LoadedScenario>& loaded) const {
  const auto traffic = std::count_if(loaded.begin(), loaded.end(),
                                     [](const LoadedScenario& one) { return one.is_traffic(); });
  if (!csv_file().empty() && traffic != 0 && traffic != std::ssize(loaded))
    throw UsageError("--csv: one file cannot hold the rows of both runs and flows");
  bool all_are_ready = true;
  for (const NamedFile& named : files_) all_are_ready = can_write(named.file) && all_are_ready;
  return all_are_ready;
}

void ReportFiles::show(const reports::Report& report) const {
  if (to_stdout()) return;
  print(reports::overview_text(report, standard_output_style()));
  if (timeline_) print(reports::timelines_text(report, standard_output_style()));
  // Whoever watches sees each scenario when it is done. An error is remembered, and reported later.
  (void)finish_standard_output();
}

bool ReportFiles::write_files(const std::vector<reports::Report>& reports,
                              bool (*wanted)(const std::string& file)) const {
  const auto write = [&](const std::string& file, const auto& text) {
    return file.empty() || !wanted(file) || write_result(file, text());
  };
  bool written = write(json_file(), [&] { return reports_text(reports, one_scenario_); });
  written = write(csv_file(), [&] { return reports::csv_text(reports, set_columns_); }) && written;
  written =
      write(csv_points_file(), [&] { return reports::csv_points_text(reports, set_columns_); }) &&
      written;
  written = write(html_file(), [&] { return reports::html_text(reports); }) && written;
  return write(trace_file(), [&] { return trace_text(reports); }) && written;
}

ExitCode ReportFiles::write(const std::vector<reports::Report>& reports) const {
  if (reports.empty()) return ExitCode::done;
  // What is on its way to stdout comes first: FILE may be /dev/stdout.
  const bool shown = finish_standard_output().empty();
  const bool written = write_files(reports, [](const std::string& /*file*/) { return true; });
  return shown && written ? ExitCode::done : ExitCode::unfinished;
}

ExitCode ReportFiles::keep(const std::vector<reports::Report>& so_far) const {
  const bool written = write_files(
      so_far, [](const std::string& file) { return file != "-" && is_replaced_whole(file); });
  return written ? ExitCode::done : ExitCode::unfinished;
}

ExitCode report_on_scenarios(const Command& self, Arguments arguments, bool simulates,
                             ExitCode (*report)(const std::vector<LoadedScenario>& all,
                                                const ReportFiles& files,
                                                const ReportOptions& options)) {
  options_description options;
  add_report_options(options);
  add_chart_option(options);
  if (simulates) {
    add_trace_option(options);
    add_critical_path_option(options);
    add_timeline_option(options);
    add_only_option(options);
    options.add_options()(
        "replicates", boost::program_options::value<std::string>()->value_name("N"),
        "simulate N seeds, the scenario's and those that follow, and show their statistics");
    add_limit_options(options);
  }
  add_jobs_option(
      options, "take N algorithms at once (default: one per core); the results do not depend on N");
  add_scenario_options(options);
  add_strict_option(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  const ReportFiles files(*line);
  auto loaded = load_scenario_files(*line);
  if (loaded && simulates && line->has("only")) keep_only(line->text("only"), *loaded);
  ReportOptions chosen = {
      .quiet = line->quiet(), .jobs = jobs_of(*line), .limits = limits_of(*line)};
  if (line->has("replicates"))
    chosen.replicates = whole_number(line->text("replicates"), "--replicates", 100'000);
  return loaded ? report(*loaded, files, chosen) : ExitCode::bad_input;
}

}  // namespace lockstep::cli
