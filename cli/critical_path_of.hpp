// Finds where the time of a run goes, for commands that simulate.
#pragma once

#include <optional>
#include <string>

#include "models/readers/simulate/causes.hpp"
#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

struct FoundPath {
  std::optional<reports::CriticalPath> path;
  std::string why_not;  // it is not known; empty if it is
};

// Returns the critical path of a simulated run, if its causes are complete. For a long run, better
// clusters are simulated only if it was asked for by name: a page alone is not worth many times the
// run.
[[nodiscard]] FoundPath critical_path_of(const reports::Run& run, const models::Causes& causes,
                                         bool asked_for, const sim::RunControl& control);

}  // namespace lockstep::cli
