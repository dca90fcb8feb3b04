// What the terminal shows of a scenario: its sentence, then tables of its runs or flows.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Returns the whole overview, at most 80 columns wide where names allow; ends in a newline.
[[nodiscard]] std::string overview_text(const Report& report, Style style);

}  // namespace lockstep::reports
