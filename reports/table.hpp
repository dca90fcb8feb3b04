// A table for the terminal: headings, aligned cells, two spaces between columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::reports {

enum class Align : std::uint8_t { left, right };

// How the terminal shows it.
struct Style {
  bool bold_headings = false;  // escape sequences around headings: for terminals only
  bool colours = false;        // likewise, around letters of timelines
};

class Table {
 public:
  struct Column {
    std::string heading;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column; cells are made printable here.
  void add_row(const std::vector<std::string>& cells);

  // The first column is shortened, down to 16 columns, as far as the table is wider than 80.
  [[nodiscard]] std::string text(Style style) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// `text` in bold where the style has it.
[[nodiscard]] std::string heading(const std::string& text, Style style);

}  // namespace lockstep::reports
