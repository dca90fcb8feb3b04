// Writes runs and flows as CSV (RFC 4180), for spreadsheets and data frames.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"

namespace lockstep::reports {

using CsvCells = std::vector<std::string>;

// A column that has the same value in all rows: what the command line set.
struct CsvColumn {
  std::string name;  // a pointer into the scenario
  std::string value;
};

// Returns a header row and one row per run or per flow; lines end in CR LF. All reports must be of
// the same sort. Counts have all their digits, doubles read back the same, and what a report lacks
// is empty. Only reports of runs that were trained have columns for it. `set` columns come last.
[[nodiscard]] std::string csv_text(const std::vector<Report>& reports,
                                   const std::vector<CsvColumn>& set = {});

// Returns a line of some cells and then others.
[[nodiscard]] std::string csv_line(CsvCells cells, const CsvCells& more = {});
[[nodiscard]] CsvCells csv_names(const std::vector<CsvColumn>& columns);
[[nodiscard]] CsvCells csv_values(const std::vector<CsvColumn>& columns);

// Returns "exact", "lower_bound", "upper_bound" or "estimate".
[[nodiscard]] std::string_view claim_word(models::TimeClaim claim);

// Returns `text` in quotes, with quotes doubled, if it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);
// Returns a user's name for something so that it can neither drive a terminal nor be taken for a
// formula: control characters are written out, and an apostrophe comes before what a spreadsheet
// would calculate (=, +, -, @ in front, also after spaces, and in their full-width forms).
[[nodiscard]] std::string csv_name(std::string_view text);

}  // namespace lockstep::reports
