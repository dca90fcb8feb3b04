#include "reports/table.hpp"

#include <algorithm>
#include <numeric>

#include "reports/text.hpp"
#include "sim/base/check.hpp"

namespace lockstep::reports {

namespace {

constexpr std::size_t most_columns = 80;
constexpr std::size_t least_first_column = 16;
constexpr std::string_view gap = "  ";

}  // namespace

void Table::add_row(const std::vector<std::string>& cells) {
  check(cells.size() == columns_.size(), "a row of {} cells in a table of {} columns", cells.size(),
        columns_.size());
  std::vector<std::string>& row = rows_.emplace_back();
  for (const std::string& cell : cells) row.push_back(printable(cell));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_of(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[i]));
    widths.push_back(width);
  }
  const std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
                            gap.size() * (widths.size() - 1);
  const std::size_t excess = total > most_columns ? total - most_columns : 0;
  const std::size_t spare = widths[0] - std::min(widths[0], least_first_column);
  widths[0] -= std::min(excess, spare);
  return widths;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
  std::string result;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = i == 0 ? shorten(cells[i], widths[i]) : cells[i];
    const bool left = columns_[i].align == Align::left;
    result += i == 0 ? "" : gap;
    result += left ? pad_right(cell, widths[i]) : pad_left(cell, widths[i]);
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

std::string Table::text(Style style) const {
  const std::vector<std::size_t> column_widths = widths();
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.push_back(column.heading);
  std::string result = heading(line(headings, column_widths), style) + "\n";
  for (const auto& row : rows_) result += line(row, column_widths) + "\n";
  return result;
}

std::string heading(const std::string& text, Style style) {
  return style.bold_headings ? "\x1b[1m" + text + "\x1b[0m" : text;
}

}  // namespace lockstep::reports
