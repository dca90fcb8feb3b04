// A run's label as tables show it.
#pragma once

#include <string>

#include "reports/report.hpp"
#include "reports/style.hpp"

namespace lockstep::reports {

// Returns the label, made printable and shortened to one width for all tables of a style, so that
// it reads the same everywhere and all tables fit: 22 columns where lines have 80, more where they
// have more.
[[nodiscard]] std::string label_cell(const Run& run, Style style);
// Returns that width.
[[nodiscard]] std::size_t label_columns(Style style);

}  // namespace lockstep::reports
