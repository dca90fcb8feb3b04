// The data of a report's page, as JSON: the report itself, and what else its pictures need. The
// page's code reads it; reports/web/src/data.ts declares the same format in TypeScript.
#pragma once

#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// Returns an array with one document per report. All timelines together hold at most `most_spans`
// spans of devices, and as many messages.
[[nodiscard]] scenarios::Json page_data(const std::vector<Report>& reports,
                                        std::size_t most_spans = 1'000'000);

// Returns a sentence that says what was done, with which model and training, and on which cluster.
[[nodiscard]] std::string scenario_sentence(const Report& report);

}  // namespace lockstep::reports
