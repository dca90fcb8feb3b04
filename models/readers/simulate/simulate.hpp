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

// The collectives whose steps were one event each (Granularity).
struct StepsTaken {
  std::int64_t whole = 0;               // collectives of which all steps were
  std::int64_t steps = 0;               // the steps of these
  std::int64_t message_by_message = 0;  // collectives that were offered, but went on by messages
  std::string why_not;                  // why the whole run went on by messages; empty if not

  [[nodiscard]] bool any() const { return whole + message_by_message > 0 || !why_not.empty(); }
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
  StepsTaken steps;
  OutageLosses losses;  // by failures, if the run was told of any
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

  [[nodiscard]] bool none() const {
    return numbers == nullptr && trace == nullptr && log == nullptr && recording == nullptr &&
           causes == nullptr;
  }
};

// Simulates the whole run that `setup` describes; `outages` fail meanwhile.
[[nodiscard]] Simulated simulate(const Setup& setup, const sim::RunControl& control = {},
                                 const Observers& observers = {}, const Outages* outages = nullptr);

// Whether steps of collectives may be events in this run, as far as that is known before it begins
// (Granularity).
[[nodiscard]] bool may_take_whole_steps(const Setup& setup);
// Simulates the whole run if all of its messages are of such steps; null if not. For runs with too
// many messages to send one by one.
[[nodiscard]] std::optional<Simulated> simulate_by_steps_alone(const Setup& setup,
                                                               const sim::RunControl& control = {});

}  // namespace lockstep::models
