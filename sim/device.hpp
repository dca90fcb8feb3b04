// A resource that serves one use at a time, in order of arrival, such as a device that computes or
// a queue at a server. The end of each use is known when it arrives, so no queue is kept: a use
// costs O(1) and one event. A use can be cut short; those queued behind it keep their turn.
#pragma once

#include <algorithm>
#include <coroutine>

#include "sim/base/picoseconds.hpp"
#include "sim/engine.hpp"

namespace lockstep::sim {

class Device {
 public:
  explicit Device(Engine& engine) : engine_(&engine) {}

  // When a use begins and ends.
  struct Turn {
    Picoseconds begin;
    Picoseconds end;
  };
  // Reserves a use of `span`, which begins when it is its turn, but not before `earliest`, when
  // everything else that it needs is there.
  Turn reserve(Picoseconds span, Picoseconds earliest = {}) {
    const Picoseconds begin = std::max({free_at_, engine_->now(), earliest});
    free_at_ = saturating_add(begin, span);
    busy_ = saturating_add(busy_, span);
    return {begin, free_at_};
  }

  // Ends `turn` now; it must not have ended yet.
  void cut(const Turn& turn) {
    const Picoseconds end = turn.begin > engine_->now() ? turn.begin : engine_->now();
    busy_ -= turn.end - end;
    if (free_at_ == turn.end) free_at_ = end;
  }

  // `co_await device.use(span)` waits until a new use of `span` has ended.
  [[nodiscard]] auto use(Picoseconds span) { return engine_->delay(reserve(span).end - now()); }

  [[nodiscard]] Picoseconds busy() const { return busy_; }        // sum of all uses so far
  [[nodiscard]] Picoseconds free_at() const { return free_at_; }  // when all uses so far are over

 private:
  [[nodiscard]] Picoseconds now() const { return engine_->now(); }

  Engine* engine_;
  Picoseconds free_at_;
  Picoseconds busy_;
};

}  // namespace lockstep::sim
