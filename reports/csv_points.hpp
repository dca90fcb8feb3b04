// The losses of `lockstep train` as CSV: a row for each point at which the model was evaluated.
#pragma once

#include <string>
#include <vector>

#include "reports/csv.hpp"
#include "reports/report.hpp"

namespace lockstep::reports {

// Of the runs that were trained. `set` columns come last, with the same values in all rows.
[[nodiscard]] std::string csv_points_text(const std::vector<Report>& reports,
                                          const std::vector<CsvColumn>& set);

}  // namespace lockstep::reports
