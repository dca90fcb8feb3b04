// What failures cost, as a table and as JSON.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Returns a table with a row for each run with failures; empty if there is none.
[[nodiscard]] std::string goodput_table(const Report& report, Style style);
// Returns the samples whose gradients were used, over the wall clock's time; 0 if the run never
// ends.
[[nodiscard]] double goodput_samples_per_s(const Run& run);
// Returns the block `goodput` of a run that has one.
[[nodiscard]] Json goodput_json(const Run& run);

}  // namespace lockstep::reports
