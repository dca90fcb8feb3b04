// The best order of ranks that was found, as text and as JSON.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/style.hpp"

namespace lockstep::reports {

// Returns a paragraph for each run whose best order was looked for; empty if there is none.
[[nodiscard]] std::string rank_order_text(const Report& report, Style style);
// Returns the block `rank_order` of a run that has one.
[[nodiscard]] Json rank_order_json(const Run& run);

}  // namespace lockstep::reports
