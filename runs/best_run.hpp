// What a report tells beside its runs.
#pragma once

#include <optional>

#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::runs {

// Simulates better clusters for a short run if it is the best of the report, to tell what takes its
// time and what would make it faster; and the run itself again, if no page shows its critical path.
// Returns nothing if it is too long, or if the report has that path.
[[nodiscard]] std::optional<reports::CriticalPath> path_of_best(const reports::Report& report,
                                                                const sim::RunControl& control);

}  // namespace lockstep::runs
