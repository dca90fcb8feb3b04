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
  const Picoseconds makespan = run.simulated->makespan;
  if (use == PathUse::asked_for || use == PathUse::for_verdict)
    path.improvements =
        models::improvements(setup, path.shares, makespan, reports::improvement_factor, control);
  if (use == PathUse::on_page)
    path.improvements =
        models::foretold_improvements(setup, path.shares, makespan, reports::improvement_factor);
  path.left_out = models::improvements_left_out(setup);
  if (use == PathUse::on_page)
    path.left_out += fmt::format(
        "{}better clusters were not simulated for a page alone: --critical-path does so",
        path.left_out.empty() ? "" : "; ");
  return {std::move(path), {}};
}

}  // namespace lockstep::runs
