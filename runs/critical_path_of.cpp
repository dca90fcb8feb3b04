#include "runs/critical_path_of.hpp"

#include <fmt/format.h>

namespace lockstep::runs {

FoundPath critical_path_of(const reports::Run& run, const models::Causes& causes, PathUse use,
                           const sim::RunControl& control) {
  const models::Setup& setup = *run.setup;
  if (!causes.complete())
    return {std::nullopt,
            "its critical path is omitted because the run is too long; use fewer iterations"};
  reports::CriticalPath path;
  path.in_report = use == PathUse::asked_for;
  path.steps = models::critical_path(causes);
  path.shares = models::shares_of(path.steps, setup);
  if (use == PathUse::asked_for || use == PathUse::for_verdict)
    simulate_improvements(path, run, control);
  else
    path.left_out = models::improvements_left_out(setup);
  if (use == PathUse::on_page) {
    path.improvements = models::foretold_improvements(setup, path.shares, run.simulated->makespan,
                                                      reports::improvement_factor);
    path.left_out += fmt::format(
        "{}better clusters were not simulated for a page alone: --critical-path does so",
        path.left_out.empty() ? "" : "; ");
  }
  return {std::move(path), {}};
}

void simulate_improvements(reports::CriticalPath& path, const reports::Run& run,
                           const sim::RunControl& control) {
  path.improvements = models::improvements(*run.setup, path.shares, run.simulated->makespan,
                                           reports::improvement_factor, control);
  path.left_out = models::improvements_left_out(*run.setup);
}

}  // namespace lockstep::runs
