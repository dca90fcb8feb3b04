// How a host spends its time: what its device does, what its messages do, and how much of the
// communication is hidden behind computing. A fold on an engine of its own counts as the message
// that it folds.
#pragma once

#include <deque>

#include "models/readers/simulate/simulate.hpp"
#include "sim/device.hpp"

namespace lockstep::models {

// O(1) amortised per use and message. Uses of the device are known in order; they are compared with
// a stretch of communication when it ends (or when many have gathered).
class HostActivity {
 public:
  void device_used(const sim::Device::Turn& turn, Picoseconds now) {
    compute_ += turn.end - turn.begin;
    uses_.push_back(turn);
    if (uses_.size() < most_kept) return;
    if (messages_ > 0) close_stretch(now);
    forget_uses_before(now);
  }

  // Called when a use that was announced before ends now, or is dropped before it begins.
  void device_use_cut(const sim::Device::Turn& turn, Picoseconds now) {
    const Picoseconds end = turn.begin > now ? turn.begin : now;
    compute_ -= turn.end - end;
    for (auto use = uses_.rbegin(); use != uses_.rend(); ++use)
      if (use->begin == turn.begin && use->end == turn.end) {
        use->end = end;
        return;
      }
  }

  void message_begins(Picoseconds now) {
    if (messages_++ == 0) stretch_begin_ = now;
  }
  void message_ends(Picoseconds now) {
    if (--messages_ == 0) close_stretch(now);
  }

  // Steps of a ring begin, of which the device will spend `folding` on folds that keep it from
  // communicating. Nothing else is under way.
  void steps_begin(Picoseconds now, Picoseconds folding) {
    message_begins(now);
    folding_ = folding;
  }
  void steps_end(Picoseconds now) {
    message_ends(now);
    compute_ += folding_;
    communication_ -= folding_;
  }

  // Returns the totals. Call it after the run, when no message is under way.
  [[nodiscard]] HostUse use(Picoseconds makespan) const {
    const Picoseconds exposed = communication_ - hidden_;
    return {compute_, communication_, exposed, makespan - compute_ - exposed};
  }

 private:
  static constexpr std::size_t most_kept = 1024;

  void close_stretch(Picoseconds now) {
    communication_ += now - stretch_begin_;
    forget_uses_before(stretch_begin_);
    for (const sim::Device::Turn& turn : uses_) {
      if (turn.begin >= now) break;
      const Picoseconds begin = turn.begin > stretch_begin_ ? turn.begin : stretch_begin_;
      const Picoseconds end = turn.end < now ? turn.end : now;
      hidden_ += end - begin;
    }
    stretch_begin_ = now;
  }
  void forget_uses_before(Picoseconds instant) {
    while (!uses_.empty() && uses_.front().end <= instant) uses_.pop_front();
  }

  Picoseconds compute_;
  Picoseconds communication_;
  Picoseconds hidden_;
  Picoseconds stretch_begin_;
  Picoseconds folding_;
  int messages_ = 0;
  std::deque<sim::Device::Turn> uses_;
};

}  // namespace lockstep::models
