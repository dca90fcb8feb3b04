// Runs and flows as CSV (RFC 4180): for spreadsheets and data frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// One row a run, or one a flow, with a header row; lines end in CR LF. All reports are of the same
// sort. Counts have all their digits, doubles read back the same; what a report lacks is empty.
[[nodiscard]] std::string csv_text(const std::vector<Report>& reports);

// In quotes, quotes doubled, where it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);
// A name that somebody gave, so that it can neither drive a terminal nor be taken for a formula:
// control characters are written out, and an apostrophe comes before what a spreadsheet would
// calculate (=, +, -, @ in front, also after spaces, and in their full-width forms).
[[nodiscard]] std::string csv_name(std::string_view text);

}  // namespace lockstep::reports
