// What real training came to: the table and the JSON block of `lockstep execute`.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Time per iteration with its spread, how the workers spent it, loss and accuracy.
[[nodiscard]] std::string execution_table(const Report& report, Style style);

// `executed` of a run.
[[nodiscard]] Json executed_json(const Run& run);

}  // namespace lockstep::reports
