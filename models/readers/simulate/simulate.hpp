// The simulating reader: runs an algorithm's programs in virtual time on devices and network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

// How one host spent the run; compute + exposed_communication + idle = makespan. What an engine of
// reductions folds is a part of communication, as in a collective's kernel; what a device folds
// keeps products waiting, and is computing.
struct HostUse {
  Picoseconds compute;                // the device was busy
  Picoseconds communication;          // a message was under way, or folded by the engine
  Picoseconds exposed_communication;  // ... while the device was not busy
  Picoseconds idle;                   // neither
};

struct ChannelUse {
  topologies::ChannelIndex channel = 0;
  Count bytes = 0;
  Picoseconds busy;  // at least one message was on it
};

struct Simulated {
  sim::Outcome outcome;
  Picoseconds makespan;
  FlopCounts flops;
  Count bytes = 0;  // payload, once per message, messages within a host not counted
  Count messages = 0;
  std::uint64_t events = 0;
  std::int64_t samples = 0;                       // that went through the model
  std::vector<HostUse> workers;                   // by rank
  std::vector<HostUse> servers;                   // dedicated ones
  std::vector<std::int64_t> staleness_histogram;  // updates by staleness
  Staleness staleness;
  // Of the first mini-batch of a pipeline with a flush: the share of the longest stage's time, from
  // its first forward to its last gradient, that the busiest stage does not need for computing.
  std::optional<double> bubble_rate;
  std::vector<ChannelUse> channels;  // those that carried something
};

class Numbers;
struct RunLog;
struct TraceEntry;
class Recording;
class Causes;

// Who is told of a run as it goes; null for nobody.
struct Observers {
  Numbers* numbers = nullptr;                // of everything that happens to them
  std::vector<TraceEntry>* trace = nullptr;  // every operation with its times
  RunLog* log = nullptr;                     // what depends on time
  Recording* recording = nullptr;            // what devices and messages did
  Causes* causes = nullptr;                  // and because of what
};

// Runs the whole scenario.
[[nodiscard]] Simulated simulate(const Setup& setup, const sim::RunControl& control = {},
                                 const Observers& observers = {});

}  // namespace lockstep::models
