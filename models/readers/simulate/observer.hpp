// What a simulated run tells those who observe it. A run without observers costs a comparison an
// event; observers change neither its times nor its counts.
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
  ActivityIndex activity = no_activity;  // what the observer of causes calls it
};

// A message under way. `bytes` and `within_host`: it crosses no link where both ends are one host.
struct MessageUse {
  Rank from = 0;
  Rank to = 0;
  Buffer buffer = Buffer::gradients;
  std::int64_t bytes = 0;
  bool within_host = false;
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
  // A strand has waited for the end of another one, which has come.
  virtual void strand_joined(sim::ProcessIndex /*ended*/) {}

  // A use was reserved; it begins at `use.turn.begin`, now or later.
  virtual void use_reserved(DeviceUse& /*use*/, Picoseconds /*now*/) {}
  // It is over, or was cut short at this moment; what follows in this instant follows from it.
  virtual void use_ends(const DeviceUse& /*use*/, Picoseconds /*now*/) {}
  virtual void use_cut(const DeviceUse& /*use*/, Picoseconds /*now*/) {}

  virtual void message_begins(MessageUse& /*message*/) {}
  virtual void message_arrives(const MessageUse& /*message*/, Picoseconds /*now*/) {}
  // Between a rank and the memory that all share. `message.within_host`: no other shares it.
  virtual void shared_access_begins(MessageUse& /*message*/) {}
  virtual void shared_access_ends(const MessageUse& /*message*/, Picoseconds /*now*/) {}

  virtual void iteration_begins(Rank /*rank*/, Picoseconds /*now*/) {}
  virtual void model_updated(Rank /*rank*/, Picoseconds /*now*/) {}
  // What depends on time (models/language/order.hpp says why each of it counts).
  virtual void parameters_touched(Rank /*rank*/, std::int32_t /*strand*/) {}
  virtual void received_from_any(Rank /*rank*/, Tag /*tag*/, Rank /*source*/) {}
  virtual void product_left(Rank /*rank*/, double /*share*/) {}
  virtual void probed(Rank /*rank*/, Tag /*tag*/, bool /*there*/) {}
  virtual void shared_parameters_touched(Rank /*rank*/) {}

  // A message leaves: an observer that keeps numbers notes in it which ones it carries.
  virtual void message_filled(Message& /*message*/) {}
  // The effect of a compute, reduce, accumulate, store, copy, transcode, update or access_shared
  // operation takes place.
  virtual void carried_out(Rank /*rank*/, const Operation& /*operation*/) {}
  // The program goes on after an operation, of any kind.
  virtual void operation_ends(Rank /*rank*/, const Operation& /*operation*/, Picoseconds /*begin*/,
                              Picoseconds /*now*/) {}
};

}  // namespace lockstep::models
