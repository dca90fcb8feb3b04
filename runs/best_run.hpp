// What a report tells beside its runs.
#pragma once

#include <optional>

#include "reports/report.hpp"
#include "sim/engine.hpp"

namespace lockstep::runs {

// Simulates a short run again if it is the best of the report, to tell what takes its time and what
// would make it faster. Returns nothing if it is too long, or if its critical path is known.
[[nodiscard]] std::optional<reports::CriticalPath> path_of_best(const reports::Report& report,
                                                                const sim::RunControl& control);

}  // namespace lockstep::runs
