// cost, page cost: the closed forms of every algorithm of the scenario, and nothing is run.
#include "models/parts/replicas/grown_topologies.hpp"
#include "playground/reports.hpp"
#include "playground/streams.hpp"
#include "runs/costs.hpp"

namespace lockstep::playground {

namespace {

Finished finish(const scenarios::Scenario& scenario, const std::string& name, For /*what*/) {
  Finished finished;
  finished.report.scenario = &scenario;
  models::GrownTopologies topologies;
  for (const models::Setup& setup : scenario.runs)
    finished.report.runs.push_back(runs::cost_of(scenario, setup, topologies));
  const Faults faults = runs::faults_of_costs(finished.report);
  complain_of(name, faults);
  if (!faults.empty()) finished.code = ExitCode::bad_input;
  return finished;
}

constexpr Reporting reporting = {.finish = finish};

}  // namespace

ExitCode cost_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::report);
}

ExitCode page_cost_command(const std::string& scenario_name) {
  return report_on(reporting, scenario_name, For::page);
}

}  // namespace lockstep::playground
