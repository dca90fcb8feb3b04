// What `lockstep plan --train` adds to rows: how long each takes to the target.
#pragma once

#include <functional>
#include <string>

#include "reports/plan.hpp"
#include "scenarios/planned_scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

// Trains a row on `threads` threads, on the network and the data of the scenario. Returns what
// keeps it from being trained, or an empty text; nothing is added if it was stopped.
[[nodiscard]] std::string train_row(const scenarios::PlannedScenario& planned,
                                    reports::PlanRow& row, int threads,
                                    const sim::RunControl& control);

// Marks the rows that no other dominates in time to target and memory.
void mark_target_front(std::vector<reports::PlanRow>& rows);

}  // namespace lockstep::cli
