// A resource that serves one use at a time, in order of arrival: a device that computes, a queue at
// a server. The end of each use is known when it arrives, and no queue needs to be kept: O(1), one
// event a use. A use can be cut short; those queued behind it keep their turn.
#pragma once

#include <algorithm>
#include <coroutine>

#include "sim/base/picoseconds.hpp"
#include "sim/engine.hpp"

namespace lockstep::sim {

class Device {
 public:
  explicit Device(Engine& engine) : engine_(&engine) {}

  // A use that takes `span` once it is its turn.
  struct Turn {
    Picoseconds begin;
    Picoseconds end;
  };
  // Not before `earliest`, when what else it needs is there.
  Turn reserve(Picoseconds span, Picoseconds earliest = {}) {
    const Picoseconds begin = std::max({free_at_, engine_->now(), earliest});
    free_at_ = saturating_add(begin, span);
    busy_ = saturating_add(busy_, span);
    return {begin, free_at_};
  }

  // Ends `turn`, which has not ended yet, now.
  void cut(const Turn& turn) {
    const Picoseconds end = turn.begin > engine_->now() ? turn.begin : engine_->now();
    busy_ -= turn.end - end;
    if (free_at_ == turn.end) free_at_ = end;
  }

  // `co_await device.use(span)`: until the use has ended.
  [[nodiscard]] auto use(Picoseconds span) { return engine_->delay(reserve(span).end - now()); }

  [[nodiscard]] Picoseconds busy() const { return busy_; }  // sum of all uses so far

 private:
  [[nodiscard]] Picoseconds now() const { return engine_->now(); }

  Engine* engine_;
  Picoseconds free_at_;
  Picoseconds busy_;
};

}  // namespace lockstep::sim
