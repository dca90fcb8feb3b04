// The first ranks of a run at work: their operations in order, and a small timeline.
#pragma once

#include <string>

#include "models/setup.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Runs the setup, at most a few iterations of it. Empty where there are too many ranks for that.
[[nodiscard]] std::string timeline_text(const models::Setup& setup, Style style);

}  // namespace lockstep::reports
