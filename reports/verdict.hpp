// The answer that a report begins with: which run is the fastest that fits the devices' memory, by
// how much, what it costs, what takes its time and what would make it faster. Terminal, page and
// JSON say it in the same words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Returns the verdict on the runs of a report: by the time to the target accuracy if runs were
// trained for one, else by samples a second: on the wall clock with failures or in real runs, of
// the mean over all seeds with replicates, of the simulation, or of the closed form. Empty for
// flows and for reports without runs.
[[nodiscard]] Verdict verdict_of(const Report& report);

// Returns its sentences in lines of the style's width; empty if there are none.
[[nodiscard]] std::string verdict_text(const Verdict& verdict, Style style);

[[nodiscard]] Json verdict_json(const Verdict& verdict);

// Whether a run is short enough to be simulated again, to tell what takes its time, where nobody
// asked for critical paths.
[[nodiscard]] bool is_short(const Run& run);
// Such a run has at most so many events, and messages.
inline constexpr std::uint64_t most_events_of_unasked_path = 50'000;

// Returns the critical path that the verdict speaks of: that of the best run, if it is in the
// report, or the one that was simulated for the verdict alone; null if neither is known.
[[nodiscard]] const CriticalPath* path_of_best(const Report& report, const Run& best);

}  // namespace lockstep::reports
