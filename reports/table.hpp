// A table for the terminal: headings, aligned cells, two spaces between columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::reports {

enum class Align : std::uint8_t { left, right };

// How the terminal shows text.
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

  // Adds a row with one cell per column; cells are made printable here.
  void add_row(const std::vector<std::string>& cells);

  // Returns the table as text. If it is wider than 80 columns, the first column is shortened, to 16
  // at the least.
  [[nodiscard]] std::string text(Style style) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Returns `text` in bold, if the style has bold headings.
[[nodiscard]] std::string heading(const std::string& text, Style style);

}  // namespace lockstep::reports
