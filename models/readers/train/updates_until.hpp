// How far the ranks of a simulated run were at some time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/readers/numerics/model_points.hpp"
#include "models/readers/simulate/run_log.hpp"

namespace lockstep::models {

// Returns how many of `times`, ascending, are not after `time`.
[[nodiscard]] inline std::int64_t until(const std::vector<Picoseconds>& times, Picoseconds time) {
  return std::upper_bound(times.begin(), times.end(), time) - times.begin();
}

[[nodiscard]] inline UpdatesByRank updates_until(const RunLog& log, Picoseconds time) {
  UpdatesByRank updates;
  for (const auto& times : log.updates) updates.push_back(until(times, time));
  return updates;
}

[[nodiscard]] inline UpdatesByRank all_updates(const RunLog& log) {
  return updates_until(log, longest_run);
}

// Returns the updates after each rank's first `iterations` iterations.
[[nodiscard]] inline UpdatesByRank updates_after(const RunLog& log, std::int64_t iterations) {
  UpdatesByRank updates;
  for (std::size_t rank = 0; rank < log.updates.size(); ++rank) {
    const auto& begins = log.iterations[rank];
    const auto next = static_cast<std::size_t>(iterations);
    updates.push_back(until(log.updates[rank], next < begins.size() ? begins[next] : longest_run));
  }
  return updates;
}

}  // namespace lockstep::models
