// The simulating reader: runs an algorithm's programs in virtual time on devices and network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

// How one host spent the run; compute + exposed_communication + idle = makespan. Folds on an engine
// of reductions count as communication, as in a collective's kernel; folds on a device keep
// products waiting and count as computing.
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
  std::int64_t samples = 0;                       // samples that went through the model
  std::vector<HostUse> workers;                   // by rank
  std::vector<HostUse> servers;                   // dedicated servers
  std::vector<std::int64_t> staleness_histogram;  // updates by staleness
  Staleness staleness;
  // For the first mini-batch of a pipeline with a flush: the share of the longest stage's time,
  // from its first forward to its last gradient, that the busiest stage does not need for
  // computing.
  std::optional<double> bubble_rate;
  std::vector<ChannelUse> channels;  // those that carried anything
  OutageLosses losses;               // by failures, if the run was told of any
};

class Numbers;
struct RunLog;
struct TraceEntry;
class Recording;
class Causes;
struct Outages;

// The observers of a run; null for none.
struct Observers {
  Numbers* numbers = nullptr;                // told of everything that happens to the numbers
  std::vector<TraceEntry>* trace = nullptr;  // every operation with its times
  RunLog* log = nullptr;                     // what depends on time
  Recording* recording = nullptr;            // what devices and messages did
  Causes* causes = nullptr;                  // what caused what
};

// Simulates the whole run that `setup` describes; `outages` fail meanwhile.
[[nodiscard]] Simulated simulate(const Setup& setup, const sim::RunControl& control = {},
                                 const Observers& observers = {}, const Outages* outages = nullptr);

}  // namespace lockstep::models
