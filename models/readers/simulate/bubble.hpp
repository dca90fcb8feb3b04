// The bubble of a pipeline: the share of time in which its stages wait.
//
// After Qi et al., arXiv:2401.10241: 1 - m (T_F + T_B + T_W) / C, where C is the longest of the
// stages' windows, each from the start of its first forward to the end of its last gradient. If
// stages are unequal, the busiest one counts, because no schedule could be faster than it.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "sim/device.hpp"

namespace lockstep::models {

// The window of one stage in the first mini-batch, which ends with the stage's update.
class Bubble {
 public:
  void device_used(ComputeKind kind, const sim::Device::Turn& turn) {
    if (kind == ComputeKind::update) updated_ = true;
    if (updated_) return;
    if (!begin_) begin_ = turn.begin;
    end_ = turn.end;
    busy_ += turn.end - turn.begin;
  }

  [[nodiscard]] Picoseconds window() const { return end_ - begin_.value_or(end_); }
  [[nodiscard]] Picoseconds busy() const { return busy_; }

 private:
  std::optional<Picoseconds> begin_;
  Picoseconds end_;
  Picoseconds busy_;
  bool updated_ = false;
};

// Returns the share of the bubble, or nothing if there are no stages.
[[nodiscard]] inline std::optional<double> bubble_rate(const std::vector<Bubble>& stages) {
  if (stages.empty()) return std::nullopt;
  Picoseconds window;
  Picoseconds busy;
  for (const Bubble& stage : stages) {
    window = std::max(window, stage.window());
    busy = std::max(busy, stage.busy());
  }
  if (window == Picoseconds{}) return 0.0;
  return static_cast<double>((window - busy).ps) / static_cast<double>(window.ps);
}

}  // namespace lockstep::models
