// Processors that several devices have between them: device d computes on core d mod cores, where
// uses are served one at a time, in the order in which they are asked for.
//
// An operating system would cut long uses into slices; the sum of work done is the same, and uses
// are short against a run.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/picoseconds.hpp"

namespace lockstep::sim {

class Cores {
 public:
  explicit Cores(std::size_t count) : free_at_(count) {}

  // When a use by the device can begin at the earliest.
  [[nodiscard]] Picoseconds free_at(std::size_t device) const {
    return free_at_[device % free_at_.size()];
  }
  // A use by the device, from `free_at` or later, ends at `end`.
  void take(std::size_t device, Picoseconds end) { free_at_[device % free_at_.size()] = end; }
  // A use that was to end at `end` ends at `now` already; others may have queued behind it.
  void cut(std::size_t device, Picoseconds end, Picoseconds now) {
    if (free_at(device) == end) take(device, now);
  }

 private:
  std::vector<Picoseconds> free_at_;  // by core
};

}  // namespace lockstep::sim
