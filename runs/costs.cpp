#include "runs/costs.hpp"

#include "models/cost/algorithm.hpp"

namespace lockstep::runs {

reports::Run cost_of(const scenarios::Scenario& scenario, const models::Setup& setup,
                     models::GrownTopologies& topologies) {
  reports::Run run = {&setup, scenarios::closed_form_of(scenario, setup), std::nullopt};
  run.optimal_workers = models::optimal_workers(setup, topologies);
  return run;
}

Faults faults_of_costs(const reports::Report& report) {
  const scenarios::Scenario& scenario = *report.scenario;
  Faults faults;
  if (scenario.failures)
    faults.push_back(
        {"/cluster/failures", "only `lockstep run` and `lockstep train` simulate failures"});
  if (scenario.best_rank_order)
    faults.push_back({"/cluster/rank_order", R"(only `lockstep run` looks for the "best" order)"});
  if (scenario.runs.empty())
    faults.push_back({"/traffic", "has no closed form; `lockstep run` simulates it"});
  for (const reports::Run& run : report.runs) {
    if (run.analytic.makespan >= longest_run)
      faults.push_back({run.setup->pointer, "takes longer than 106 days of simulated time"});
  }
  return faults;
}

}  // namespace lockstep::runs
