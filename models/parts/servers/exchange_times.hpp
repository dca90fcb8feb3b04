// The least time that exchanges with parameter servers take on their routes, and when the actual
// time is near it. Each resource that does one thing after another gives a bound:
//
//   a worker's chain    its passes, and each push until its answer is there: the slowest worker's
//   a server's device   the updates of all pushes, and the passes of a worker on the same host
//   a channel           the bytes of all messages that must cross it, at its bandwidth (max_min),
//   or a port           or the messages that a host sends, or receives, one by one (single_port)
//
// The largest of these is the lower bound. Where all of them come one after another instead, as
// they do when equal workers stay in step, a run takes at most their sum. The bound is rough where
// that sum is much larger.
#pragma once

#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

// The lower bound on the time of the whole run, and about the most that it takes, for which nothing
// is claimed.
struct ExchangeTimes {
  double least_s = 0;
  double most_s = 0;
};
[[nodiscard]] ExchangeTimes exchange_times(const Setup& setup, const Exchanges& plan);

}  // namespace lockstep::models
