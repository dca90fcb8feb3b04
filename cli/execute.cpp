// lockstep execute: trains with every algorithm of a scenario for real, on this machine.
#include "models/execute/execute.hpp"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <limits>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/computed_runs.hpp"
#include "cli/interrupt.hpp"
#include "cli/messages.hpp"
#include "cli/output_file.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "models/algorithm.hpp"
#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "scenarios/order_file.hpp"

namespace lockstep::cli {

using reports::Report;
using reports::Run;

namespace {

// The scenario with the network that is computed in place of the one that is costed.
bool compute_what_is_computed(LoadedScenario& loaded) {
  auto runs = computed_runs(loaded.scenario);
  if (!runs) {
    complain_of(loaded.file, runs.faults());
    return false;
  }
  loaded.scenario.runs = std::move(*runs);
  loaded.scenario.mlp = loaded.scenario.numerics.mlp;
  return true;
}

// Runs all algorithms until one is interrupted.
Report execute(const LoadedScenario& loaded) {
  Report report;
  report.scenario = &loaded.scenario;
  for (const models::Setup& setup : loaded.scenario.runs) {
    const models::Problem problem =
        models::problem_of(setup, loaded.scenario.numerics, loaded.scenario.samples);
    models::Executed executed = models::execute_on_threads(problem, nullptr, &interrupt_flag());
    report.interrupted = !executed.finished;
    if (report.interrupted) break;
    Run run = {&setup, models::closed_form_of(setup), std::nullopt};
    run.executed = std::move(executed);
    report.runs.push_back(std::move(run));
  }
  return report;
}

void check_transport(const CommandLine& line) {
  const std::string transport = line.has("transport") ? line.text("transport") : "threads";
  if (transport == "mpi")
    throw UsageError("--transport: this program was built without MPI; \"threads\" needs none");
  if (transport != "threads")
    throw UsageError(fmt::format("--transport: must be threads or mpi, found \"{}\"", transport));
}

// What depended on time, of all runs; exit code 3 if it cannot be written.
ExitCode write_orders(const std::string& file, const std::vector<Report>& reports) {
  if (file.empty()) return ExitCode::done;
  std::vector<scenarios::LabelledOrder> orders;
  for (const Report& report : reports)
    for (const Run& run : report.runs)
      orders.push_back({run.setup->label, run.setup->ranks(), run.executed->order});
  const std::string error =
      write_output_file(file, reports::json_text(scenarios::orders_json(orders)));
  if (error.empty()) return ExitCode::done;
  complain(fmt::format("{}: cannot be written: {}", file, error));
  return ExitCode::unfinished;
}

ExitCode execute_all(std::vector<LoadedScenario>& all, const ReportFiles& files,
                     const std::string& order_file) {
  catch_interrupts();
  std::vector<Report> finished;
  bool interrupted = false;
  for (LoadedScenario& loaded : all) {
    Report report = execute(loaded);
    interrupted = report.interrupted;
    if (!report.runs.empty()) {
      files.show(report);
      finished.push_back(std::move(report));
    }
    if (interrupted) break;
  }
  if (interrupted) complain("interrupted; the runs that were finished are kept");
  const ExitCode orders = write_orders(order_file, finished);
  if (orders != ExitCode::done) return orders;
  const ExitCode written = files.write(finished);
  return written == ExitCode::done && interrupted ? ExitCode::interrupted : written;
}

}  // namespace

ExitCode execute_command(const Command& self, Arguments arguments) {
  using boost::program_options::value;
  options_description options;
  add_report_options(options);
  add_scenario_options(options);
  add_strict_option(options);
  options.add_options()  //
      ("transport", value<std::string>()->value_name("NAME"),
       "what carries messages: threads (default), or mpi")  //
      ("order", value<std::string>()->value_name("FILE"),
       "write the order of what depended on time, for train --replay");
  const auto line = read_command_line(self, options, arguments);
  if (!line) return ExitCode::done;
  check_operands(self, *line, 1, std::numeric_limits<std::size_t>::max());
  check_transport(*line);
  const ReportFiles files(*line);
  auto loaded = load_scenario_files(*line, scenarios::DataUse::required);
  if (!loaded) return ExitCode::bad_input;
  for (LoadedScenario& one : *loaded)
    if (!compute_what_is_computed(one)) return ExitCode::bad_input;
  if (!files.ready(*loaded)) return ExitCode::unfinished;
  return execute_all(*loaded, files, line->text("order"));
}

}  // namespace lockstep::cli
