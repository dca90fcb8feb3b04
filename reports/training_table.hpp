// What training in simulated time came to: the table and the JSON block of `lockstep train`.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Loss and accuracy at the end, and when the target was reached, if there is one; with the network
// that was computed, where it is not the one that was costed.
[[nodiscard]] std::string training_table(const Report& report, Style style);

// `loss` of a run that was trained.
[[nodiscard]] Json loss_json(const Report& report, const Run& run);

}  // namespace lockstep::reports
