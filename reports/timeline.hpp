// Ranks at work, in letters: the first of a run with their operations in order, or all of a run
// that was recorded.
#pragma once

#include <string>

#include "models/language/setup.hpp"
#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Runs the setup, at most a few iterations of it. Empty where there are too many ranks for that.
[[nodiscard]] std::string timeline_text(const models::Setup& setup, Style style);

// Every run that was recorded, all of it: a row a rank, and one for the critical path if it is
// known. Runs of many ranks are only named.
[[nodiscard]] std::string timelines_text(const Report& report, Style style);

}  // namespace lockstep::reports
