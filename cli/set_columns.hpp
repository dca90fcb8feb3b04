// What the command line sets, as columns of a CSV.
#pragma once

#include <vector>

#include "cli/command_line.hpp"
#include "reports/csv.hpp"

namespace lockstep::cli {

// Returns a column for each pointer that --set names, and one for --seed: with their values, the
// last of each pointer, in the order in which they were first set.
[[nodiscard]] std::vector<reports::CsvColumn> set_columns(const CommandLine& line);

}  // namespace lockstep::cli
