// What the page of a report shows, as JSON: the report itself, and what else its pictures need.
// The page's code reads it: reports/web/src/data.ts says the same in TypeScript.
#pragma once

#include "reports/report.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::reports {

// An array with one document a report. Timelines hold at most `most_spans` spans of devices, and as
// many messages, all together.
[[nodiscard]] scenarios::Json page_data(const std::vector<Report>& reports,
                                        std::size_t most_spans = 400'000);

// What was done, with what, and on what.
[[nodiscard]] std::string scenario_sentence(const Report& report);

}  // namespace lockstep::reports
