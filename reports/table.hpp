// A table for the terminal: headings, aligned cells, two spaces between columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/style.hpp"

namespace lockstep::reports {

enum class Align : std::uint8_t { left, right };

class Table {
 public:
  struct Column {
    std::string heading;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a row with one cell per column; cells are made printable here.
  void add_row(const std::vector<std::string>& cells);

  // Returns the table as text, with the `best` row standing out. If it is wider than the style
  // allows, the first column is shortened, to 16 at the least; if that is not enough, the columns
  // stand in several blocks, one below the other, each with the first column.
  [[nodiscard]] std::string text(Style style) const;
  // The last row that was added is the best.
  void mark_best() { best_ = rows_.size() - 1; }
  // Returns how many columns the table takes where it need not be shortened.
  [[nodiscard]] std::size_t width() const;

 private:
  // Columns [begin, end), and the first one.
  struct Block {
    std::size_t begin = 1;
    std::size_t end = 1;
  };
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t most_columns) const;
  [[nodiscard]] std::vector<Block> blocks(const std::vector<std::size_t>& widths,
                                          std::size_t most_columns) const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths, Block block) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::optional<std::size_t> best_;
};

}  // namespace lockstep::reports
