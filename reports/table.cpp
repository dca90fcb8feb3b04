#include "reports/table.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "reports/text.hpp"
#include "sim/base/check.hpp"

namespace lockstep::reports {

namespace {

constexpr std::size_t least_first_column = 16;
constexpr std::string_view gap = "  ";

std::size_t total(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), gap.size() * (widths.size() - 1));
}

}  // namespace

void Table::add_row(const std::vector<std::string>& cells) {
  check(cells.size() == columns_.size(), "a row of {} cells in a table of {} columns", cells.size(),
        columns_.size());
  std::vector<std::string>& row = rows_.emplace_back();
  for (const std::string& cell : cells) row.push_back(printable(cell));
}

std::size_t Table::width() const { return total(widths(std::numeric_limits<std::size_t>::max())); }

std::vector<std::size_t> Table::widths(std::size_t most_columns) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_of(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[i]));
    widths.push_back(width);
  }
  const std::size_t all = total(widths);
  const std::size_t excess = all > most_columns ? all - most_columns : 0;
  const std::size_t spare = widths[0] - std::min(widths[0], least_first_column);
  widths[0] -= std::min(excess, spare);
  return widths;
}

// As few as there can be, as equally long as they can be.
std::vector<Table::Block> Table::blocks(const std::vector<std::size_t>& widths,
                                        std::size_t most_columns) const {
  std::vector<Block> blocks = {{}};
  std::size_t width = widths[0];
  for (std::size_t i = 1; i < widths.size(); ++i) {
    width += gap.size() + widths[i];
    if (width > most_columns && blocks.back().end > blocks.back().begin) {
      blocks.push_back({i, i});
      width = widths[0] + gap.size() + widths[i];
    }
    blocks.back().end = i + 1;
  }
  if (blocks.size() != 2) return blocks;
  // A last column that stands alone takes half of the others with it, if they fit.
  const std::size_t middle = 1 + widths.size() / 2;
  std::size_t second = widths[0];
  for (std::size_t i = middle; i < widths.size(); ++i) second += gap.size() + widths[i];
  if (middle < blocks[0].end && second <= most_columns) blocks[0].end = blocks[1].begin = middle;
  return blocks;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths, Block block) const {
  std::string result;
  const auto add = [&](std::size_t i, const std::string& cell) {
    const bool left = columns_[i].align == Align::left;
    result += i == 0 ? "" : gap;
    result += left ? pad_right(cell, widths[i]) : pad_left(cell, widths[i]);
  };
  add(0, shorten(cells[0], widths[0]));
  for (std::size_t i = block.begin; i < block.end; ++i) add(i, cells[i]);
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

std::string Table::text(Style style) const {
  const std::vector<std::size_t> column_widths = widths(style.columns);
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.push_back(column.heading);
  std::string result;
  for (const Block block : blocks(column_widths, style.columns)) {
    if (!result.empty()) result += "\n";
    result += heading(line(headings, column_widths, block), style) + "\n";
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const std::string text = line(rows_[row], column_widths, block);
      result += (row == best_ ? answer(text, style) : text) + "\n";
    }
  }
  return result;
}

std::string heading(const std::string& text, Style style) {
  return style.bold_headings ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string answer(const std::string& lines, Style style) {
  if (!style.colours) return lines;
  // A terminal may forget colours at the end of a line.
  std::string result;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    result.append("\x1b[32;1m").append(rest.substr(0, end)).append("\x1b[0m");
    if (end < rest.size()) result += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return result;
}

}  // namespace lockstep::reports
