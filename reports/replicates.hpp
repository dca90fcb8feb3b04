// Statistics of one run over several seeds: mean, confidence interval and quantiles.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "reports/report.hpp"
#include "reports/report_json.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

inline constexpr double confidence = 0.95;
inline constexpr std::array quantile_probabilities = {0.05, 0.25, 0.5, 0.75, 0.95};

// Statistics of values, in their unit. `low` to `high` is the interval that contains the mean over
// all seeds with the probability `confidence`, by Student's t-distribution: for independent values
// whose mean is nearly normally distributed.
struct Spread {
  double mean = 0;
  double low = 0;
  double high = 0;
  double least = 0;
  double most = 0;
  std::array<double, quantile_probabilities.size()> quantiles = {};
};

// Returns the spread of at least two values. Quantiles are interpolated linearly between the sorted
// values (Hyndman and Fan: "Sample quantiles in statistical packages", 1996, type 7).
[[nodiscard]] Spread spread_of(std::vector<double> values);

// Whether a run has the makespans of at least two seeds.
[[nodiscard]] bool is_replicated(const Run& run);
// Returns the spread of a replicated run's makespans, in seconds.
[[nodiscard]] Spread spread_of(const Run& run);

// Whether the intervals of two runs overlap, so that they cannot be ranked.
[[nodiscard]] bool overlap(const Spread& a, const Spread& b);

// Returns the table of makespans, and below it the pairs of runs that cannot be told apart; empty
// without replicates.
[[nodiscard]] std::string replicates_table(const Report& report, Style style);
// Returns the block `replicates` of a run that has them.
[[nodiscard]] Json replicates_json(const Report& report, const Run& run);

}  // namespace lockstep::reports
