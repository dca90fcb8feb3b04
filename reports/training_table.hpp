// The results of training in simulated time: the table and the JSON block of `lockstep train`.
#pragma once

#include <optional>
#include <string>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Shows loss and accuracy at the end, when the target was reached, if there is one, and the network
// that was computed, if it is not the one that was costed.
[[nodiscard]] std::string training_table(const Report& report, Style style);

// Returns "94.1 %"; of an accuracy below the target as many digits as tell them apart: 94.96 % of a
// target of 95 % was missed, and does not read as 95.0 %.
[[nodiscard]] std::string accuracy_text(double accuracy, std::optional<double> target);

// Returns the block `loss` of a run that was trained.
[[nodiscard]] Json loss_json(const Report& report, const Run& run);

}  // namespace lockstep::reports
