// A line of a sweep's results: a point and, of each algorithm there, the figures that a plot needs.
// docs/sweep.md tells of every field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/report.hpp"
#include "scenarios/sweep.hpp"

namespace lockstep::reports {

// Which sweep a line belongs to: 16 hexadecimal digits that only the same scenario, options and
// version give.
[[nodiscard]] std::string sweep_identity(const scenarios::Json& resolved, bool closed_forms_only);

// Where lines begin: `{"sweep":"...","point":17,"at":{"/model/width":96}}`.
[[nodiscard]] scenarios::Json sweep_line_head(const std::string& identity,
                                              const scenarios::Sweep& sweep, std::size_t point);

// Returns a run's figures: of the simulation if there is one, else of the closed form.
[[nodiscard]] scenarios::Json sweep_run_json(const Run& run);
// Returns the figures of raw flows.
[[nodiscard]] scenarios::Json sweep_traffic_json(const scenarios::Scenario& scenario,
                                                 const topologies::TrafficResult& traffic);
// Returns faults as one text: "/model/width: must be at least 1, found 0".
[[nodiscard]] std::string faults_text(const Faults& faults);

// Returns the error of a line's point, or of the first of its runs that failed; an empty text if
// all is well.
[[nodiscard]] std::string sweep_line_error(const scenarios::Json& line);

// Returns the JSON as one line, with its end.
[[nodiscard]] std::string line_text(const scenarios::Json& line);

}  // namespace lockstep::reports
