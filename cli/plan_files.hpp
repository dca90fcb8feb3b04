// The folder of `lockstep plan -o DIR`: a scenario for each row of a front, and the report.
#pragma once

#include <string>

#include "reports/plan.hpp"
#include "scenarios/planned_scenario.hpp"

namespace lockstep::cli {

// Whether the folder can be filled, as far as can be told beforehand; complains if not. It must be
// empty, or not there yet: rows of an earlier plan would pass for rows of this one. Throws
// UsageError.
[[nodiscard]] bool can_fill(const std::string& folder);

// Writes the scenarios, then `plan.json`, which names them.
[[nodiscard]] bool fill(const std::string& folder, const scenarios::PlannedScenario& planned,
                        reports::PlanReport& report);

}  // namespace lockstep::cli
