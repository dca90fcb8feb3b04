// The events that a simulated run reports to its observers. Without observers, that costs one
// comparison per event; observers change neither the run's times nor its counts.
#pragma once

#include <algorithm>

#include "models/language/operation.hpp"
#include "models/readers/simulate/causes.hpp"
#include "sim/device.hpp"
#include "sim/engine.hpp"

namespace lockstep::models {

// A use of a rank's device, or of the engine of reductions beside it.
struct DeviceUse {
  Rank rank = 0;
  const Operation* operation = nullptr;  // null: work on a message at one of its ends
  bool on_engine = false;
  bool can_be_cut = false;  // by a message that arrives
  sim::Device::Turn turn;
  ActivityIndex activity = no_activity;  // its index, set by the observer of causes
};

// A message under way. With `within_host`, both ends are on one host and its `bytes` cross no link.
// With `is_awaited`, it was sent when the receiver asked for it.
struct MessageUse {
  Rank from = 0;
  Rank to = 0;
  Tag tag = 0;
  Buffer buffer = Buffer::gradients;
  std::int64_t bytes = 0;
  bool within_host = false;
  bool is_awaited = false;
  topologies::PathNumber path = 0;
  Picoseconds begin = {};
  ActivityIndex activity = no_activity;
};

// `now` is the simulated time of the call. Calls come in the order of simulated time.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  // A strand of `rank` was created by `parent`, which is running, and has the number `strand`. The
  // first strand of a rank has the number 0 and no parent (-1).
  virtual void strand_created(Rank /*rank*/, std::int32_t /*strand*/, std::int32_t /*parent*/,
                              sim::ProcessIndex /*process*/) {}
  virtual void strand_begins(sim::ProcessIndex /*process*/) {}
  virtual void strand_ends(Rank /*rank*/, std::int32_t /*strand*/, sim::ProcessIndex /*process*/,
                           Picoseconds /*now*/) {}
  // A strand has waited for another one to end, and that one has ended.
  virtual void strand_joined(sim::ProcessIndex /*ended*/) {}

  // A use was reserved; it begins at `use.turn.begin`, now or later.
  virtual void use_reserved(DeviceUse& /*use*/, Picoseconds /*now*/) {}
  // A use is over, or was cut short at this moment; whatever follows in this instant is caused by
  // it.
  virtual void use_ends(const DeviceUse& /*use*/, Picoseconds /*now*/) {}
  virtual void use_cut(const DeviceUse& /*use*/, Picoseconds /*now*/) {}

  virtual void message_begins(MessageUse& /*message*/) {}
  virtual void message_arrives(const MessageUse& /*message*/, Picoseconds /*now*/) {}
  // A rank goes on with a message that has arrived.
  virtual void message_taken(Rank /*rank*/, const Message& /*message*/, Picoseconds /*now*/) {}
  // A rank reads or writes the memory that all workers share. `message.within_host` is true if
  // there is only one worker.
  virtual void shared_access_begins(MessageUse& /*message*/) {}
  virtual void shared_access_ends(const MessageUse& /*message*/, Picoseconds /*now*/) {}

  virtual void iteration_begins(Rank /*rank*/, Picoseconds /*now*/) {}
  virtual void model_updated(Rank /*rank*/, Picoseconds /*now*/) {}
  // Events whose outcome depends on time (models/language/order.hpp says why each of them counts).
  virtual void parameters_touched(Rank /*rank*/, std::int32_t /*strand*/) {}
  virtual void received_from_any(Rank /*rank*/, Tag /*tag*/, Rank /*source*/) {}
  virtual void product_left(Rank /*rank*/, double /*share*/) {}
  virtual void probed(Rank /*rank*/, Tag /*tag*/, bool /*there*/) {}
  virtual void shared_parameters_touched(Rank /*rank*/) {}

  // A message leaves its sender; an observer that keeps numbers notes in the message which ones it
  // carries.
  virtual void message_filled(Message& /*message*/) {}
  // The effect of a compute, reduce, accumulate, store, copy, transcode, update or access_shared
  // operation takes place.
  virtual void carried_out(Rank /*rank*/, const Operation& /*operation*/) {}
  // The program goes on after an operation of any kind.
  virtual void operation_ends(Rank /*rank*/, const Operation& /*operation*/, Picoseconds /*begin*/,
                              Picoseconds /*now*/) {}
};

}  // namespace lockstep::models
