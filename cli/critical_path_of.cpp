#include "cli/critical_path_of.hpp"

#include <fmt/format.h>

namespace lockstep::cli {

FoundPath critical_path_of(const reports::Run& run, const models::Causes& causes, bool asked_for,
                           const sim::RunControl& control) {
  const models::Setup& setup = *run.setup;
  if (!causes.complete())
    return {std::nullopt,
            "its critical path is omitted because the run is too long; use fewer iterations"};
  reports::CriticalPath path;
  path.in_report = asked_for;
  path.steps = models::critical_path(causes);
  path.shares = models::shares_of(path.steps, setup);
  constexpr std::uint64_t most_events = 1'000'000;
  if (asked_for || run.simulated->events <= most_events) {
    path.improvements = models::improvements(setup, path.shares, run.simulated->makespan,
                                             reports::improvement_factor, control);
    path.left_out = models::improvements_left_out(setup);
  } else {
    path.left_out = fmt::format(
        "no better cluster was simulated, because the run has more than {} events; "
        "--critical-path does so for any run",
        most_events);
  }
  return {std::move(path), {}};
}

}  // namespace lockstep::cli
