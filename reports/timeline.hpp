// Timelines of ranks, in letters: the first ranks of a run with their operations in order, or all
// ranks of a run that was recorded.
#pragma once

#include <optional>
#include <string>

#include "models/language/setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// A run of at most a few iterations, with each operation and its times.
struct TracedRun {
  models::Setup setup;
  models::Simulated run;
  models::Trace trace;
};
// Returns nothing for more ranks than one would look at, and for runs that do not end.
[[nodiscard]] std::optional<TracedRun> traced_run(const models::Setup& setup);

// Shows the first ranks of what was traced of a setup, or says why there is nothing to show.
[[nodiscard]] std::string timeline_text(const models::Setup& setup,
                                        const std::optional<TracedRun>& traced, Style style);

// Simulates at most a few iterations of the setup, and shows its first ranks; says how many are
// left out, and where it shows none, why.
[[nodiscard]] std::string timeline_text(const models::Setup& setup, Style style);

// Shows every recorded run in full: a row for each rank, and one for the critical path if it is
// known. Runs of many ranks are only named.
[[nodiscard]] std::string timelines_text(const Report& report, Style style);

}  // namespace lockstep::reports
