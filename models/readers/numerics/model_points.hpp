// The model at some points of a run, put together from what the ranks have then: each parameter is
// the mean over all ranks that train it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "models/readers/numerics/evaluate.hpp"
#include "models/readers/numerics/rank_numbers.hpp"

namespace lockstep::models {

// Identifies a point by how many updates each rank has made until then.
using UpdatesByRank = std::vector<std::int64_t>;

class ModelPoints {
 public:
  // `points` are in order of time; `totals` are the updates of each rank in the whole run. Ranks
  // that make none are not asked.
  ModelPoints(const Problem& problem, std::vector<UpdatesByRank> points,
              const UpdatesByRank& totals);

  // Called when `rank` has made `numbers.updates()` updates. Several threads may call it, for
  // different ranks; if parameters are shared, only while nobody changes them.
  void reached(Rank rank, RankNumbers& numbers);
  // Returns the quality of the model at each point; all ranks must have reached all their updates.
  [[nodiscard]] const std::vector<Quality>& qualities() const { return qualities_; }
  // Returns the parameters at the last point.
  [[nodiscard]] const std::vector<float>& last_model() const { return last_model_; }

 private:
  // The parameters that a rank trains.
  struct Part {
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    std::vector<float> values;  // those of the ranges, one after another
  };
  struct Point {
    std::vector<double> sums;  // over ranks before `next`; empty at first
    std::vector<std::int32_t> counts;
    std::size_t next = 0;               // index into `asked_`
    std::map<std::size_t, Part> early;  // parts of later ranks
  };

  [[nodiscard]] Part part_of(Rank rank, RankNumbers& numbers) const;
  void reached_shared(Rank rank, RankNumbers& numbers);
  // Adds a part to a point, and returns whether the point has all parts now.
  [[nodiscard]] bool take(Point& point, std::size_t asked, Part part);
  void add(Point& point, const Part& part) const;
  void finish(std::size_t index);

  const Problem* problem_;
  std::vector<UpdatesByRank> updates_;
  std::vector<Rank> asked_;
  std::vector<std::size_t> next_;  // by rank: the point that it reaches next
  std::vector<Point> points_;
  std::vector<Quality> qualities_;
  std::vector<float> last_model_;
  std::int64_t shared_updates_ = 0;  // by all ranks
  std::size_t shared_next_ = 0;
  std::mutex mutex_;
};

}  // namespace lockstep::models
