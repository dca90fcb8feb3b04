// A group: the ranks among which a collective runs, at equal distances from each other.
#pragma once

#include "models/language/setup.hpp"

namespace lockstep::models {

// Ranks first, first + stride, ... Inside the group they are numbered by index: 0 .. count-1.
struct Group {
  Rank first = 0;
  int count = 1;
  int stride = 1;

  [[nodiscard]] Rank rank_of(int index) const { return first + index * stride; }
  // Returns the index of `rank`, which must be a member.
  [[nodiscard]] int index_of(Rank rank) const { return (rank - first) / stride; }
};

[[nodiscard]] inline Group all_workers(const Setup& setup) { return {0, setup.workers, 1}; }

}  // namespace lockstep::models
