// Rows of letters that show what ranks did when, for terminals.
#pragma once

#include <span>
#include <string>

#include "reports/table.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::reports {

inline constexpr char idle_letter = '.';

struct LetteredSpan {
  char letter = idle_letter;
  Picoseconds begin;
  Picoseconds end;
};

// Returns how many columns rows have: what names of ranks leave of a line.
[[nodiscard]] std::size_t timeline_columns(Style style);

// Returns one letter per column: that of what took most of it, or `idle_letter` if for over half of
// it nothing was done.
[[nodiscard]] std::string timeline_row(std::span<const LetteredSpan> spans, Picoseconds makespan,
                                       std::size_t columns);

// Returns the row in the colours of its letters, if the style has them.
[[nodiscard]] std::string coloured(const std::string& row, Style style);

// Returns a legend that says what the letters mean, and how long a row is.
[[nodiscard]] std::string timeline_legend(Picoseconds makespan, Style style);

}  // namespace lockstep::reports
