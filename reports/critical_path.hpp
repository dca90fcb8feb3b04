// Reports the critical path of runs: what its time is spent on, and what a better cluster would
// save.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/table.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Returns the block of a run that has a critical path.
[[nodiscard]] scenarios::Json critical_path_json(const Run& run);

// Returns two or three tables of all runs; empty if none has a critical path.
[[nodiscard]] std::string critical_path_tables(const Report& report, Style style);

// "devices", "links of 10 Gbit/s and 5 us", "only h3 - switch".
[[nodiscard]] std::string part_text(const models::Improvement& improvement,
                                    const topologies::Topology& topology);

}  // namespace lockstep::reports
