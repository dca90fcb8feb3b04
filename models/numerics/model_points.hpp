// The model at some points of a run, put together from what the ranks have then: the mean over all
// that train a parameter.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "models/numerics/evaluate.hpp"
#include "models/numerics/rank_numbers.hpp"

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
  // different ranks.
  void reached(Rank rank, RankNumbers& numbers);
  // The quality of each point; all ranks must have reached all their updates.
  [[nodiscard]] const std::vector<Quality>& qualities() const { return qualities_; }
  // The parameters at the last of them.
  [[nodiscard]] const std::vector<float>& last_model() const { return last_model_; }

 private:
  struct Part {
    std::vector<float> model;
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;  // that are trained
  };
  struct Point {
    std::vector<std::optional<Part>> parts;  // by rank
    int missing = 0;
  };

  [[nodiscard]] bool is_asked(Rank rank) const;
  [[nodiscard]] Part part_of(Rank rank, RankNumbers& numbers) const;
  void finish(std::size_t index, const std::vector<std::optional<Part>>& parts);

  const Problem* problem_;
  std::vector<UpdatesByRank> updates_;
  std::vector<bool> asked_;        // by rank
  std::vector<std::size_t> next_;  // by rank: the point that it reaches next
  std::vector<Point> points_;
  std::vector<Quality> qualities_;
  std::vector<float> last_model_;
  std::mutex mutex_;
};

}  // namespace lockstep::models
