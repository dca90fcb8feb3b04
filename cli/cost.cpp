// lockstep cost: the closed forms of every algorithm of a scenario, and nothing is run.
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/report_files.hpp"
#include "cli/scenario_files.hpp"
#include "cli/workers.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/replicas/grown_topologies.hpp"
#include "reports/report.hpp"
#include "reports/verdict.hpp"

namespace lockstep::cli {

using reports::Report;

namespace {

// All faults of what the closed forms cannot say.
Faults faults_of(const Report& report, const LoadedScenario& loaded) {
  Faults faults;
  if (loaded.is_traffic())
    faults.push_back({"/traffic", "has no closed form; `lockstep run` simulates it"});
  for (const reports::Run& run : report.runs) {
    if (run.analytic.makespan >= longest_run)
      faults.push_back({run.setup->pointer, "takes longer than 106 days of simulated time"});
  }
  return faults;
}

Report cost_report(const LoadedScenario& loaded, std::size_t jobs) {
  Report report;
  report.scenario = &loaded.scenario;
  const std::vector<models::Setup>& setups = loaded.scenario.runs;
  report.runs.resize(setups.size());
  models::GrownTopologies topologies;
  Workers workers(jobs - 1, setups.size(), [&](std::size_t i) {
    report.runs[i] = {&setups[i], models::closed_form_of(setups[i]), std::nullopt};
    report.runs[i].optimal_workers = models::optimal_workers(setups[i], topologies);
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
    if (one.scenario.failures) {
      complain_of(one.file, {{"/cluster/failures",
                              "only `lockstep run` and `lockstep train` simulate failures"}});
      good = false;
    }
    if (one.scenario.best_rank_order) {
      complain_of(one.file,
                  {{"/cluster/rank_order", R"(only `lockstep run` looks for the "best" order)"}});
      good = false;
    }
    const Faults faults = faults_of(reports.back(), one);
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
