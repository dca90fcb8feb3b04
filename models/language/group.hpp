// A group: the ranks among which a collective runs, at equal distances from each other.
#pragma once

#include "models/language/setup.hpp"

namespace lockstep::models {

// The ranks first, first + stride, ..., `count` of them. Inside the group they are numbered by
// index, 0 .. count-1. If `turned` is 0, indices follow the order of the ranks. Otherwise each
// block of `node` ranks is rotated by `turned` places: blocks of three, turned by 1, are in the
// order 1 2 0, 4 5 3, ...
struct Group {
  Rank first = 0;
  int count = 1;
  int stride = 1;
  int node = 1;    // divides `count`
  int turned = 0;  // below `node`

  [[nodiscard]] Rank rank_of(int index) const {
    return first + (index - index % node + (index + turned) % node) * stride;
  }
  // Returns the index of `rank`, which must be a member.
  [[nodiscard]] int index_of(Rank rank) const {
    const int place = (rank - first) / stride;
    return place - place % node + (place + node - turned) % node;
  }
};

[[nodiscard]] inline Group all_workers(const Setup& setup) { return {0, setup.workers, 1}; }

}  // namespace lockstep::models
