// The model at some points of a run, put together from what the ranks have then: each parameter is
// the mean over all ranks that train it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
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
  using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;
  // The parameters that a rank trains, as they are or as they were.
  struct Part {
    Ranges ranges;
    std::span<const float> model;  // all parameters, of which those in `ranges` count
  };
  // Ranks whose models are the same share one copy.
  using Model = std::shared_ptr<const std::vector<float>>;
  struct KeptPart {
    Ranges ranges;
    Model model;
  };
  struct Point {
    Model same;                        // what all ranks before `next` have, while it is the same
    std::vector<double> sums;          // otherwise over these ranks; empty at first
    std::vector<std::int32_t> counts;  // likewise, of those that do not train all parameters
    std::int32_t wholes = 0;           // and how many do
    std::size_t next = 0;              // index into `asked_`
    std::map<std::size_t, KeptPart> early;  // parts of later ranks
    Model kept;                             // the last whole model that was copied
  };

  [[nodiscard]] Part part_of(Rank rank, RankNumbers& numbers) const;
  void reached_shared(Rank rank, RankNumbers& numbers);
  // Adds a part to a point, and returns whether the point has all parts now.
  [[nodiscard]] bool take(Point& point, std::size_t asked, const Part& part);
  [[nodiscard]] bool is_whole(const Ranges& ranges) const;
  [[nodiscard]] Model copy_of(Point& point, const Part& part) const;
  void add(Point& point, const Part& part);
  // Adds a whole model that is the same as all before it, and returns true, or false if it is not.
  [[nodiscard]] bool add_same(Point& point, const Part& part) const;
  // Makes sums of the one model that all ranks until now have had.
  void spread(Point& point);
  [[nodiscard]] std::vector<float> mean_of(const Point& point) const;
  // Evaluates a point that has all parts. Returns its sums, which others can use.
  [[nodiscard]] std::vector<double> finish(std::size_t index);

  const Problem* problem_;
  std::vector<UpdatesByRank> updates_;
  std::vector<Rank> asked_;
  std::vector<std::size_t> next_;  // by rank: the point that it reaches next
  std::vector<Point> points_;
  std::vector<Quality> qualities_;
  std::vector<float> last_model_;
  std::int64_t shared_updates_ = 0;  // by all ranks
  std::size_t shared_next_ = 0;
  std::vector<std::vector<double>> free_sums_;  // of points that are finished
  std::mutex mutex_;
};

}  // namespace lockstep::models
