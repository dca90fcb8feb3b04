// The Pareto front of time against memory over many runs, of which as few as possible are
// simulated.
//
// A run dominates another if it takes no more time and no more memory, and less of one of them; of
// equal runs the one on fewest hosts stands for all, and of those the one with the smallest number.
// The front is what nothing dominates. A run is pruned, so never simulated, only if a simulated one
// dominates it whatever its time turns out to be: a time that is certain (`certain_time`) takes the
// place of its own. A pruned run is therefore not on the front, and does not keep another one from
// it that the dominating run would not keep from it, too: the front is the one that simulating
// everything gives, run for run. The guess, which may come from an estimate, says only in which
// order runs are simulated.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "models/cost/certain_time.hpp"

namespace lockstep::models {

// A run that could be on the front. Times are those of a sample.
struct ParetoCandidate {
  std::size_t number = 0;  // unlike any other's
  std::size_t group = 0;   // each group has a front of its own
  Count memory = 0;
  double guess_s = 0;
  CertainTime certain = {};  // never more than what a simulation will say
  int hosts = 0;             // of its cluster
};

struct ParetoPoint {
  std::size_t number = 0;
  Count memory = 0;
  double time_s = 0;
  int hosts = 0;
};

// Returns whether `a` keeps `b` from the front.
[[nodiscard]] bool dominates(const ParetoPoint& a, const ParetoPoint& b);

// Returns the points that no other dominates, the fastest first.
[[nodiscard]] std::vector<ParetoPoint> pareto_front(std::span<const ParetoPoint> points);

class ParetoSearch {
 public:
  explicit ParetoSearch(std::vector<ParetoCandidate> candidates);

  // Returns the next runs to simulate, at most `most`, of all that are neither simulated nor
  // pruned; none when all is done. What it returns depends on the candidates and on what was told
  // alone.
  [[nodiscard]] std::vector<std::size_t> next(std::size_t most);
  // Tells the time of a run that was returned; one that failed is not told.
  void simulated(std::size_t number, double time_s);

  // Returns what was simulated, in the order in which it was told.
  [[nodiscard]] const std::vector<ParetoPoint>& points() const { return points_; }
  // Returns the front of everything, or of each group on its own, one after another.
  [[nodiscard]] std::vector<ParetoPoint> front() const { return pareto_front(points_); }
  [[nodiscard]] std::vector<ParetoPoint> fronts_of_groups() const;

  // Returns how many runs were pruned by a time that is certain for that reason.
  [[nodiscard]] std::size_t pruned(Certainty by) const {
    return pruned_[static_cast<std::size_t>(by)];
  }
  // Returns how many are neither simulated nor pruned.
  [[nodiscard]] std::size_t left() const { return order_.size() - next_; }

 private:
  [[nodiscard]] bool is_pruned(const ParetoCandidate& candidate) const;

  std::vector<ParetoCandidate> order_;  // the best guess first
  std::size_t next_ = 0;
  std::map<std::size_t, const ParetoCandidate*> told_of_;   // by number: those returned
  std::map<std::size_t, std::vector<ParetoPoint>> fronts_;  // by group, so far
  std::vector<ParetoPoint> points_;
  std::array<std::size_t, certainties> pruned_{};  // by certainty
};

}  // namespace lockstep::models
