// The results of real training: the table and the JSON block of `lockstep execute`.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Shows the time per iteration with its spread, how the workers spent it, loss and accuracy.
[[nodiscard]] std::string execution_table(const Report& report, Style style);

// Returns the block `executed` of a run.
[[nodiscard]] Json executed_json(const Run& run);

}  // namespace lockstep::reports
