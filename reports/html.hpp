// The report as one HTML file that opens offline: the page of reports/web with the data in it.
#pragma once

#include <string>
#include <vector>

#include "reports/check_report.hpp"
#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

[[nodiscard]] std::string html_text(const std::vector<Report>& reports);
// Returns the page of `lockstep check`, whose times may be off by `tolerance`.
[[nodiscard]] std::string html_text(const CheckReport& report, double tolerance);

// Returns the page of `lockstep sweep`: the lines of results so far, in any order. `scenario` is
// the one that the sweep is of, without its sweep.
[[nodiscard]] std::string sweep_html_text(const scenarios::Sweep& sweep,
                                          const scenarios::Json& scenario,
                                          const std::string& identity,
                                          std::vector<scenarios::Json> lines);

// Returns JSON that may stand inside <script>: whatever could end the script, or begin anything
// else, is written as an escape (\u003c for <), which only strings can hold.
[[nodiscard]] std::string script_safe(const scenarios::Json& json);

}  // namespace lockstep::reports
