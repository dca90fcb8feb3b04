// lockstep cost: the closed forms of every algorithm of a scenario, and nothing is run.
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "cli/workers.hpp"
#include "models/parts/replicas/grown_topologies.hpp"
#include "reports/report.hpp"
#include "reports/verdict.hpp"
#include "runs/costs.hpp"

namespace lockstep::cli {

using reports::Report;

namespace {

Report cost_report(const LoadedScenario& loaded, std::size_t jobs) {
  Report report;
  report.scenario = &loaded.scenario;
  const std::vector<models::Setup>& setups = loaded.scenario.runs;
  report.runs.resize(setups.size());
  models::GrownTopologies topologies;
  Workers workers(jobs - 1, setups.size(), [&](std::size_t i) {
    report.runs[i] = cost_of(loaded.scenario, setups[i], topologies);
    return true;
  });
  workers.work();
  workers.join();
  report.verdict = reports::verdict_of(report);
  return report;
}

ExitCode cost_all(const std::vector<LoadedScenario>& all, const ReportFiles& files,
                  const ReportOptions& options) {
  std::vector<Report> reports;
  bool good = true;
  for (const LoadedScenario& one : all) {
    reports.push_back(cost_report(one, options.jobs));
    const Faults faults = faults_of_costs(reports.back());
    complain_of(one.file, faults);
    good = good && faults.empty();
  }
  if (!good) return ExitCode::bad_input;
  if (!files.ready(all)) return ExitCode::unfinished;
  for (const Report& report : reports) files.show(report);
  return files.write(reports);
}

}  // namespace

ExitCode cost_command(const Command& self, Arguments arguments) {
  return report_on_scenarios(self, arguments, false, cost_all);
}

}  // namespace lockstep::cli
