// run, page run, figures run: simulates every algorithm of the scenario, beside its closed form.
#include <optional>
#include <utility>

#include "playground/reports.hpp"
#include "playground/streams.hpp"
#include "runs/best_run.hpp"
#include "runs/observations.hpp"
#include "runs/run_simulation.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::playground {

namespace {

using runs::RunEnd;

void tell(const RunEnd& end, const std::string& name) {
  complain_of(name, end.faults);
  for (const std::string& line : end.waiting) complain(line);
}

void run_flows(Finished& finished, const std::string& name) {
  const scenarios::Scenario& scenario = *finished.report.scenario;
  auto result = topologies::run_traffic(*scenario.cluster.topology, scenario.cluster.sharing,
                                        scenario.traffic, {});
  const RunEnd end = runs::end_of("/traffic", result.outcome);
  tell(end, name);
  finished.code = end.code;
  if (end.code == ExitCode::done) finished.report.traffic = std::move(result);
}

void run_setups(Finished& finished, const std::string& name, For what) {
  const scenarios::Scenario& scenario = *finished.report.scenario;
  runs::RunSimulation how;
  how.scenario = &scenario;
  how.path_use = what == For::page ? runs::PathUse::on_page : runs::PathUse::in_trace;
  const std::size_t count = scenario.runs.size();
  for (const models::Setup& setup : scenario.runs) {
    std::optional<models::Recording> recording;
    std::optional<models::Causes> causes;
    if (what == For::page) {
      recording = runs::recording_of(setup, count);
      causes = runs::causes_of(count);
    }
    RunEnd end = how.simulate(setup, std::move(recording), std::move(causes));
    tell(end, name);
    if (end.ordered) finished.ordered.push_back(end.ordered);
    if (end.run) finished.report.runs.push_back(std::move(*end.run));
    finished.code = end.code;
    if (end.code != ExitCode::done) return;
  }
  finished.report.path_of_best = runs::path_of_best(finished.report, {});
}

Finished finish(const scenarios::Scenario& scenario, const std::string& name, For what) {
  Finished finished;
  finished.report.scenario = &scenario;
  if (scenario.runs.empty())
    run_flows(finished, name);
  else
    run_setups(finished, name, what);
  return finished;
}

constexpr Reporting reporting = {.finish = finish};

}  // namespace

ExitCode run_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::report);
}

ExitCode figures_run_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::figures);
}

ExitCode page_run_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::page);
}

}  // namespace lockstep::playground
