// Writes runs and flows as CSV (RFC 4180), for spreadsheets and data frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

// Returns a header row and one row per run or per flow; lines end in CR LF. All reports must be of
// the same sort. Counts have all their digits, doubles read back the same, and what a report lacks
// is empty.
[[nodiscard]] std::string csv_text(const std::vector<Report>& reports);

// Returns "exact", "lower_bound", "upper_bound" or "estimate".
[[nodiscard]] std::string_view claim_word(models::TimeClaim claim);

// Returns `text` in quotes, with quotes doubled, if it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);
// Returns a user's name for something so that it can neither drive a terminal nor be taken for a
// formula: control characters are written out, and an apostrophe comes before what a spreadsheet
// would calculate (=, +, -, @ in front, also after spaces, and in their full-width forms).
[[nodiscard]] std::string csv_name(std::string_view text);

}  // namespace lockstep::reports
