// Records what caused what in a simulated run, for its critical path.
//
// Activities are uses of a device, work on messages at their ends, and messages. Each notes the one
// whose end set it off, in the same instant, and the one before it on its device. As both were
// noted earlier, activities stand in an order in which causes come first.
#pragma once

#include <cstdint>
#include <vector>

#include "models/language/operation.hpp"
#include "sim/base/picoseconds.hpp"
#include "topologies/topology.hpp"

namespace lockstep::models {

using ActivityIndex = std::uint32_t;
inline constexpr ActivityIndex no_activity = ~0U;

// The kinds of `SpanKind`, which devices do, and then all others.
enum class ActivityKind : std::uint8_t {
  forward,
  backward_weight,
  backward_input,
  reduce,
  update,
  transcode,
  reduce_on_engine,
  endpoint,  // overhead and copies of a message at one of its ends
  message,
  shared_memory,  // bytes between a worker and the memory that all share
};

struct Activity {
  Picoseconds begin = {};
  Picoseconds end = {};
  Rank rank = 0;                         // of a message: its sender
  Rank to = 0;                           // of a message: its receiver
  std::int32_t layer = -1;               // -1: none
  ActivityIndex cause = no_activity;     // `no_activity`: the begin of the run
  ActivityIndex previous = no_activity;  // on its device or engine, if it waited for that
  ActivityKind kind = ActivityKind::forward;
  topologies::PathNumber path = 0;  // of a message
};

// Holds the first `most` activities, 40 bytes each, and knows whether there were more.
class Causes {
 public:
  explicit Causes(std::size_t most) : most_(most) {}

  // Returns the new activity's index, or `no_activity` if there is no room.
  [[nodiscard]] ActivityIndex add(const Activity& activity) {
    if (activities_.size() >= most_) {
      complete_ = false;
      return no_activity;
    }
    activities_.push_back(activity);
    return static_cast<ActivityIndex>(activities_.size() - 1);
  }
  void end(ActivityIndex index, Picoseconds end) {
    if (index != no_activity) activities_[index].end = end;
  }
  // Notes that an activity ended early, at `now`. One that had not even begun is cleared, as
  // nothing could have waited for it.
  void cut(ActivityIndex index, Picoseconds now) {
    if (index == no_activity) return;
    Activity& activity = activities_[index];
    if (activity.begin < now)
      activity.end = now;
    else
      activity = {};
  }

  [[nodiscard]] const std::vector<Activity>& activities() const { return activities_; }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  std::size_t most_;
  bool complete_ = true;
  std::vector<Activity> activities_;
};

}  // namespace lockstep::models
