#include "cli/critical_path_of.hpp"

namespace lockstep::cli {

std::optional<reports::CriticalPath> critical_path_of(const reports::Run& run,
                                                      const models::Causes& causes, PathUse use,
                                                      const sim::RunControl& control,
                                                      Faults& notes) {
  const models::Setup& setup = *run.setup;
  if (!causes.complete()) {
    if (use == PathUse::asked_for)
      notes.push_back(
          {setup.pointer,
           "its critical path is omitted because the run is too long; use fewer iterations"});
    return std::nullopt;
  }
  reports::CriticalPath path;
  path.in_report = use == PathUse::asked_for;
  path.steps = models::critical_path(causes);
  path.shares = models::shares_of(path.steps, setup);
  const Picoseconds makespan = run.simulated->makespan;
  if (use == PathUse::asked_for)
    path.improvements =
        models::improvements(setup, path.shares, makespan, reports::improvement_factor, control);
  if (use == PathUse::on_page)
    path.improvements =
        models::foretold_improvements(setup, path.shares, makespan, reports::improvement_factor);
  return path;
}

}  // namespace lockstep::cli
