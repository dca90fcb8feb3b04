#include "runs/best_run.hpp"

#include "models/readers/simulate/causes.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "reports/ranking.hpp"
#include "reports/verdict.hpp"
#include "runs/critical_path_of.hpp"

namespace lockstep::runs {

std::optional<reports::CriticalPath> path_of_best(const reports::Report& report,
                                                  const sim::RunControl& control) {
  const auto best = reports::best_run(report);
  if (!best || reports::path_of_best(report, report.runs[*best]) != nullptr) return std::nullopt;
  const reports::Run& run = report.runs[*best];
  if (!reports::is_short(run)) return std::nullopt;
  if (run.critical_path) {  // a page shows it
    reports::CriticalPath path = *run.critical_path;
    simulate_improvements(path, run, control);
    return path;
  }
  models::Causes causes(reports::most_events_of_unasked_path);
  const models::Observers observers = {.causes = &causes};
  if (!models::simulate(*run.setup, control, observers).outcome.finished()) return std::nullopt;
  return critical_path_of(run, causes, PathUse::for_verdict, control).path;
}

}  // namespace lockstep::runs
