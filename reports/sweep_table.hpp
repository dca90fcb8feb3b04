// A sweep on the terminal: a row a point, and the samples a second of each algorithm there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/table.hpp"
#include "scenarios/sweep.hpp"

namespace lockstep::reports {

// What a table shows of a run.
struct SweepCell {
  std::string label;
  double samples_per_s = 0;    // 0: it failed
  bool fits_in_memory = true;  // else it cannot be the fastest
};

// What a table shows of a point.
struct SweepRow {
  std::size_t point = 0;
  std::vector<SweepCell> runs = {};
};

// Takes it from a line of results.
[[nodiscard]] SweepRow sweep_row(const scenarios::Json& line);

// Returns the table, with at most `most_rows` rows, in the order of the points.
[[nodiscard]] std::string sweep_table(const scenarios::Sweep& sweep, std::vector<SweepRow> rows,
                                      std::size_t most_rows, Style style);

}  // namespace lockstep::reports
