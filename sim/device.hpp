// A resource that serves one use at a time, in order of arrival: a device that computes, a queue at
// a server. Uses are not interrupted, so the end of each is known when it arrives, and no queue
// needs to be kept: O(1), one event a use.
#pragma once

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
  Turn reserve(Picoseconds span) {
    const Picoseconds begin = free_at_ > engine_->now() ? free_at_ : engine_->now();
    free_at_ = saturating_add(begin, span);
    busy_ = saturating_add(busy_, span);
    return {begin, free_at_};
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
