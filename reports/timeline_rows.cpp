#include "reports/timeline_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "reports/text.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

namespace {

// Of the eight that every terminal has, as near to the page's as they come.
std::string_view escape_of(char letter) {
  switch (letter) {
    case 'F':
      return "\033[34m";
    case 'B':
      return "\033[33m";
    case 'R':
      return "\033[32m";
    case 'U':
      return "\033[35m";
    case 'C':
      return "\033[36m";
    default:
      return "\033[0m";
  }
}

}  // namespace

std::size_t timeline_columns(Style style) {
  constexpr std::size_t names = 16;
  constexpr std::size_t least = 16;
  constexpr std::size_t most = 160;
  return std::clamp(style.columns - std::min(style.columns, names), least, most);
}

std::string timeline_row(std::span<const LetteredSpan> spans, Picoseconds makespan,
                         std::size_t columns) {
  std::vector<std::map<char, double>> shares(columns);
  const double column_s = makespan.seconds() / static_cast<double>(columns);
  for (const LetteredSpan& span : spans) {
    const double begin_s = span.begin.seconds();
    const double end_s = span.end.seconds();
    if (end_s <= begin_s) continue;
    for (auto column = static_cast<std::size_t>(begin_s / column_s);
         column < columns && static_cast<double>(column) * column_s < end_s; ++column) {
      const double from_s = std::max(begin_s, static_cast<double>(column) * column_s);
      const double to_s = std::min(end_s, static_cast<double>(column + 1) * column_s);
      shares[column][span.letter] += std::max(0.0, to_s - from_s);
    }
  }
  std::string row(columns, idle_letter);
  for (std::size_t column = 0; column < columns; ++column) {
    double all_s = 0;
    double most_s = 0;
    char letter_of_most = idle_letter;
    for (const auto& [letter, share_s] : shares[column]) {
      all_s += share_s;
      if (share_s < most_s) continue;
      most_s = share_s;
      letter_of_most = letter;
    }
    if (all_s >= column_s / 2) row[column] = letter_of_most;
  }
  return row;
}

std::string coloured(const std::string& row, Style style) {
  if (!style.colours) return row;
  std::string result;
  std::string_view now = escape_of(idle_letter);
  for (const char letter : row) {
    const std::string_view escape = escape_of(letter);
    if (escape != now) result += escape;
    now = escape;
    result += letter;
  }
  return result.append(escape_of(idle_letter));
}

std::string timeline_legend(Picoseconds makespan, Style style) {
  return hanging("",
                 fmt::format("F forward, B backward, R reduce, U update, C encode or decode, "
                             "- wait for messages, . idle; {} from left to right.",
                             format_seconds(makespan.seconds())),
                 style);
}

}  // namespace lockstep::reports
