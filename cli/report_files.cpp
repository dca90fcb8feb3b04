#include "cli/report_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <limits>

#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/standard_output.hpp"
#include "reports/csv.hpp"
#include "reports/overview.hpp"
#include "reports/report_json.hpp"

namespace lockstep::cli {

namespace {

void check_against_scenarios(const std::string& file, const std::vector<std::string>& scenarios) {
  for (const std::string& scenario : scenarios) {
    if (same_file(file, scenario))
      throw UsageError(fmt::format("{}: would be overwritten, and is a scenario", file));
  }
}

bool is_ready(const std::string& file) {
  if (file.empty() || file == "-") return true;
  const std::string error = check_output_file(file);
  if (!error.empty()) complain(fmt::format("{}: cannot be written: {}", file, error));
  return error.empty();
}

bool write_one(const std::string& file, const std::string& contents) {
  if (file == "-") {
    print(contents);
    return true;
  }
  const std::string error = write_output_file(file, contents);
  if (!error.empty()) complain(fmt::format("{}: cannot be written: {}", file, error));
  return error.empty();
}

std::string reports_text(const std::vector<reports::Report>& reports, bool one_scenario) {
  if (one_scenario) return reports::json_text(reports::report_json(reports.front()));
  reports::Json all = reports::Json::array();
  for (const reports::Report& report : reports) all.push_back(reports::report_json(report));
  return reports::json_text(all);
}

}  // namespace

void add_report_options(options_description& options) {
  using boost::program_options::value;
  options.add_options()  //
      ("output,o", value<std::string>()->value_name("FILE"),
       "write the report as JSON (an array for several scenarios); - for stdout, without tables")  //
      ("csv", value<std::string>()->value_name("FILE"),
       "write a row per run, or per flow of a traffic scenario; - for stdout, without tables");
}

ReportFiles::ReportFiles(const CommandLine& line)
    : json_file_(line.text("output")),
      csv_file_(line.text("csv")),
      one_scenario_(line.operands().size() == 1) {
  if (line.has("output") && json_file_.empty()) throw UsageError("--output: needs a file name");
  if (line.has("csv") && csv_file_.empty()) throw UsageError("--csv: needs a file name");
  for (const std::string& file : {json_file_, csv_file_}) {
    if (!file.empty() && file != "-") check_against_scenarios(file, line.operands());
  }
  if (!json_file_.empty() && !csv_file_.empty() && same_file(json_file_, csv_file_))
    throw UsageError(fmt::format("--output and --csv: must not be one file, found {}", csv_file_));
}

bool ReportFiles::ready(const std::vector<LoadedScenario>& loaded) const {
  const auto traffic = std::count_if(loaded.begin(), loaded.end(),
                                     [](const LoadedScenario& one) { return one.is_traffic(); });
  if (!csv_file_.empty() && traffic != 0 && traffic != std::ssize(loaded))
    throw UsageError("--csv: one file cannot hold the rows of both runs and flows");
  const bool json_is_ready = is_ready(json_file_);
  return is_ready(csv_file_) && json_is_ready;
}

void ReportFiles::show(const reports::Report& report) const {
  if (json_file_ == "-" || csv_file_ == "-") return;
  print(reports::overview_text(report, standard_output_style()));
  // Whoever watches sees each scenario when it is done. An error is remembered, and reported later.
  (void)finish_standard_output();
}

ExitCode ReportFiles::write(const std::vector<reports::Report>& reports) const {
  if (reports.empty()) return ExitCode::done;
  // What is on its way to stdout comes first: FILE may be /dev/stdout.
  const bool shown = finish_standard_output().empty();
  bool written = true;
  if (!json_file_.empty()) written = write_one(json_file_, reports_text(reports, one_scenario_));
  if (!csv_file_.empty()) written = write_one(csv_file_, reports::csv_text(reports)) && written;
  return shown && written ? ExitCode::done : ExitCode::unfinished;
}

ExitCode report_on_scenarios(const Command& self, Arguments arguments,
                             ExitCode (*report)(const std::vector<LoadedScenario>& all,
                                                const ReportFiles& files, bool quiet)) {
  options_description options;
  add_report_options(options);
  add_scenario_options(options);
  add_strict_option(options);
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  const ReportFiles files(*line);
  const auto loaded = load_scenario_files(*line);
  return loaded ? report(*loaded, files, line->quiet()) : ExitCode::bad_input;
}

}  // namespace lockstep::cli
