// Processors that several devices have between them: ranks of one machine compute on so many of its
// cores at once. Uses take the core that is free first, in the order in which they are asked for.
//
// An operating system would cut long uses into slices; the sum of work done is the same, and uses
// are short against a run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "sim/base/picoseconds.hpp"

namespace lockstep::sim {

class Cores {
 public:
  explicit Cores(std::size_t count) : free_at_(count) {}

  // When the next use can begin at the earliest.
  [[nodiscard]] Picoseconds free_at() const { return free_at_.front(); }
  // The use that begins next, at `free_at()` or later, ends at `end`. O(log cores).
  void take(Picoseconds end) {
    std::pop_heap(free_at_.begin(), free_at_.end(), std::greater<>{});
    free_at_.back() = end;
    std::push_heap(free_at_.begin(), free_at_.end(), std::greater<>{});
  }
  // A use that was to end at `end` ends at `now` already.
  void cut(Picoseconds end, Picoseconds now) {
    const auto found = std::find(free_at_.begin(), free_at_.end(), end);
    if (found == free_at_.end()) return;  // others have queued behind it
    *found = now;
    std::make_heap(free_at_.begin(), free_at_.end(), std::greater<>{});
  }

 private:
  std::vector<Picoseconds> free_at_;  // a heap: the earliest in front
};

}  // namespace lockstep::sim
