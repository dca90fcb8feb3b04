// The result of one rank, wherever it ran, and the result of the whole run.
#pragma once

#include <functional>
#include <vector>

#include "models/readers/execute/execute.hpp"
#include "models/readers/numerics/rank_run.hpp"

namespace lockstep::models {

struct RankResult {
  bool ended = false;
  RankUse use;
  std::vector<double> iterations_s;  // from begin to begin, the last one until the rank ended
  FlopCounts flops;
  Count bytes = 0;
  Count messages = 0;
  double loss_sum = 0;
  std::int64_t loss_samples = 0;
  RankOrder order;
};

// Returns the result of a rank that began at `begin`, ended now, and waited for `wait_s` in
// between. `order` becomes part of it.
[[nodiscard]] RankResult rank_result(RankRun& run, RankTimes::Clock::time_point begin,
                                     double wait_s, RankOrder order);

// Combines the results of all ranks. If all have ended, the model is made from `numbers_of(rank)`.
[[nodiscard]] Executed executed_of(const Problem& problem, std::vector<RankResult> ranks,
                                   const std::function<RankNumbers&(Rank)>& numbers_of);

[[nodiscard]] inline double seconds_since(RankTimes::Clock::time_point begin) {
  return std::chrono::duration<double>(RankTimes::Clock::now() - begin).count();
}

}  // namespace lockstep::models
