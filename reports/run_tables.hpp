// The tables that compare the runs of one scenario.
#pragma once

#include <string>
#include <string_view>

#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Show the runs as the verdict orders them; times, FLOPs, bytes and messages are of one iteration.

// Shows time per iteration, samples per second, speed-up and efficiency; with bars of samples per
// second where the style has charts.
[[nodiscard]] std::string speed_table(const Report& report, Style style);

// Shows FLOPs, bytes and memory of a worker, and staleness.
[[nodiscard]] std::string cost_table(const Report& report, Style style);

// Shows closed form and simulation side by side, with the figures of counts that differ below; for
// `lockstep cost`, the closed form alone.
[[nodiscard]] std::string claim_table(const Report& report, Style style);

// Returns "exact", "lower bound", ...; for a closed form also "lower bound, rough".
[[nodiscard]] std::string_view claim_text(models::TimeClaim claim);
[[nodiscard]] std::string claim_text(const models::ClosedForm& form);

// Shows the optimal number of workers, for `lockstep cost`; empty if no algorithm has such a
// number.
[[nodiscard]] std::string optimal_workers_text(const Report& report, Style style);
// Shows what each algorithm approximates, in one paragraph per run.
[[nodiscard]] std::string approximations(const Report& report, Style style);

}  // namespace lockstep::reports
