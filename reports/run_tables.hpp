// The tables that compare the runs of one scenario.
#pragma once

#include <string>
#include <string_view>

#include "reports/report.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Time per iteration, samples a second, speed-up, efficiency.
[[nodiscard]] std::string speed_table(const Report& report, Style style);

// FLOPs, bytes and memory per worker, staleness.
[[nodiscard]] std::string cost_table(const Report& report, Style style);

// Closed form and simulation side by side, with the figures of counts that differ below; of
// `lockstep cost`, the closed form alone.
[[nodiscard]] std::string claim_table(const Report& report, Style style);

// "exact", "lower bound", ...; of a closed form also "lower bound, rough".
[[nodiscard]] std::string_view claim_text(models::TimeClaim claim);
[[nodiscard]] std::string claim_text(const models::ClosedForm& form);

// What each algorithm approximates, a paragraph a run.
// Of `lockstep cost`; empty where no algorithm has such a number.
[[nodiscard]] std::string optimal_workers_text(const Report& report);
[[nodiscard]] std::string approximations(const Report& report, Style style);

}  // namespace lockstep::reports
