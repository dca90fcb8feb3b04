// Timelines of ranks, in letters: the first ranks of a run with their operations in order, or all
// ranks of a run that was recorded.
#pragma once

#include <string>

#include "models/language/setup.hpp"
#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Simulates at most a few iterations of the setup, and shows its first ranks; says how many are
// left out, and where it shows none, why.
[[nodiscard]] std::string timeline_text(const models::Setup& setup, Style style);

// Shows every recorded run in full: a row for each rank, and one for the critical path if it is
// known. Runs of many ranks are only named.
[[nodiscard]] std::string timelines_text(const Report& report, Style style);

}  // namespace lockstep::reports
