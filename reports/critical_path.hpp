// Reports the critical path of runs: what its time is spent on, and what a better cluster would
// save.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"
#include "reports/table.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Returns the block of a run that has a critical path.
[[nodiscard]] scenarios::Json critical_path_json(const Run& run);

// Returns two or three tables of all runs; empty if none has a critical path.
[[nodiscard]] std::string critical_path_tables(const Report& report, Style style);

// Returns the improvement to buy: of those that were simulated that which saves most of `makespan`,
// but in place of all links those few of them that save nearly as much; null if there is none.
[[nodiscard]] const models::Improvement* most_useful(
    const std::vector<models::Improvement>& improvements, Picoseconds makespan);
// Returns what it is, and how it becomes better: "links of 10 Gbit/s and 5 us" 10 % "wider".
[[nodiscard]] std::string part_to_buy(const models::Improvement& improvement,
                                      const topologies::Topology& topology);
[[nodiscard]] std::string_view better_word(models::Part part);
// Returns what the path's time is spent on, the most first: "products 55 %, transfer 40 %"; less
// than 1 % is left out.
[[nodiscard]] std::string path_words(const CriticalPath& path);

// "devices", "links of 10 Gbit/s and 5 us", "only h3 - switch".
[[nodiscard]] std::string part_text(const models::Improvement& improvement,
                                    const topologies::Topology& topology);

}  // namespace lockstep::reports
