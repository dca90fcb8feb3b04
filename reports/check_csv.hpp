// What `lockstep check` compared, as CSV: a row a run.
#pragma once

#include <string>
#include <vector>

#include "reports/check_report.hpp"
#include "reports/claim_check.hpp"
#include "reports/csv.hpp"

namespace lockstep::reports {

// `set` columns come last, with the same values in all rows.
[[nodiscard]] std::string check_csv_text(const CheckReport& report,
                                         const std::vector<CsvColumn>& set);
// Of `--simulate-only`.
[[nodiscard]] std::string claim_check_csv_text(const std::vector<ClaimCheck>& checks,
                                               double tolerance, const std::vector<CsvColumn>& set);

}  // namespace lockstep::reports
