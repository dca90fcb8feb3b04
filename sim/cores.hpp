// Processor cores that several devices share: device d computes on core d mod cores, which serves
// uses one at a time, in the order in which they are requested.
//
// An operating system would cut long uses into time slices; the total work is the same, and uses
// are short compared with a run.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/picoseconds.hpp"

namespace lockstep::sim {

class Cores {
 public:
  explicit Cores(std::size_t count) : free_at_(count) {}

  // Returns the earliest time at which a use by the device can begin.
  [[nodiscard]] Picoseconds free_at(std::size_t device) const {
    return free_at_[device % free_at_.size()];
  }
  // Records that a use by the device, begun at `free_at` or later, ends at `end`.
  void take(std::size_t device, Picoseconds end) { free_at_[device % free_at_.size()] = end; }
  // Records that a use that was to end at `end` ends at `now` already; others may have queued
  // behind it.
  void cut(std::size_t device, Picoseconds end, Picoseconds now) {
    if (free_at(device) == end) take(device, now);
  }

 private:
  std::vector<Picoseconds> free_at_;  // by core
};

}  // namespace lockstep::sim
