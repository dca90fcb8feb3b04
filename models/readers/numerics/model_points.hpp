// The model at some points of a run, put together from what the ranks have then: the mean over all
// that train a parameter.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "models/readers/numerics/evaluate.hpp"
#include "models/readers/numerics/rank_numbers.hpp"

namespace lockstep::models {

// A point is told by how many updates each rank has made until then.
using UpdatesByRank = std::vector<std::int64_t>;

class ModelPoints {
 public:
  // `points`: in order of time; `totals`: updates of each rank in the whole run. Ranks that make
  // none are not asked.
  ModelPoints(const Problem& problem, std::vector<UpdatesByRank> points,
              const UpdatesByRank& totals);

  // `rank` has made `numbers.updates()` updates now. May be called by several threads, for
  // different ranks; of shared parameters while nobody changes them.
  void reached(Rank rank, RankNumbers& numbers);
  // The quality of each point; all ranks must have reached all their updates.
  [[nodiscard]] const std::vector<Quality>& qualities() const { return qualities_; }
  // The parameters at the last of them.
  [[nodiscard]] const std::vector<float>& last_model() const { return last_model_; }

 private:
  // What a rank trains.
  struct Part {
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    std::vector<float> values;  // of the ranges, one after another
  };
  struct Point {
    std::vector<double> sums;  // over ranks before `next`; empty at first
    std::vector<std::int32_t> counts;
    std::size_t next = 0;               // in `asked_`
    std::map<std::size_t, Part> early;  // of later ones
  };

  [[nodiscard]] Part part_of(Rank rank, RankNumbers& numbers) const;
  void reached_shared(Rank rank, RankNumbers& numbers);
  // Whether the point has all parts now.
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
