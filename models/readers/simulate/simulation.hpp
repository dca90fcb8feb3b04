// The state of one simulated run, and how each operation is carried out on it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/language/operation.hpp"
#include "models/language/program.hpp"
#include "models/language/worker.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/bubble.hpp"
#include "models/readers/simulate/causes.hpp"
#include "models/readers/simulate/host_activity.hpp"
#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/simulate/run_log.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "sim/barrier.hpp"
#include "sim/base/pair_table.hpp"
#include "sim/cores.hpp"
#include "sim/countdown.hpp"
#include "sim/device.hpp"
#include "sim/engine.hpp"
#include "sim/mailbox.hpp"
#include "sim/process.hpp"
#include "topologies/network.hpp"

namespace lockstep::models {

class Simulation {
 public:
  explicit Simulation(const Setup& setup, const Observers& observers = {});

  [[nodiscard]] Simulated run(const sim::RunControl& control);

 private:
  // What reaches a mailbox: a message that has arrived, or, by rendezvous, one that its sender
  // holds until it is asked for.
  struct Envelope {
    Message message;
    sim::Countdown* sender = nullptr;  // null: arrived
  };
  struct Host {
    explicit Host(sim::Engine& events) : device(events), engine(events) {}
    sim::Device device;
    sim::Device engine;  // of reductions: idle where the device itself folds
    HostActivity activity;
  };
  using TransferIndex = std::uint32_t;
  using LaneIndex = std::uint32_t;
  static constexpr std::uint32_t none = ~0U;
  // A message under way, and whom to tell of its arrival.
  struct Transfer {
    Envelope envelope;
    Rank to = 0;
    sim::Countdown* receiver = nullptr;  // rendezvous; null: put it into the mailbox
    Picoseconds begin = {};
    ActivityIndex activity = no_activity;  // or, within a host, what set it off
    LaneIndex lane = none;
    TransferIndex next = none;  // on its lane
    bool held = false;          // it is there, and one before it with the same tag is not
  };
  // What one rank sends another: over one connection, if these are ordered. Of the messages that go
  // into the mailbox unasked, the first and the last that have not: a receive takes those of one
  // tag in the order in which they were sent (MPI's rule that messages do not overtake), in
  // whichever order they arrive.
  struct Lane {
    topologies::ConnectionIndex connection = topologies::no_connection;
    TransferIndex first = none;
    TransferIndex last = none;
    std::uint32_t held = 0;
  };

  // A use of a device, or of the engine beside it, `co_await`ed by a strand: until it is over,
  // waiting for its turn included.
  class DeviceUse {
   public:
    DeviceUse(Simulation& simulation, Rank rank, ComputeKind kind, const Operation& operation)
        : simulation_(&simulation),
          rank_(rank),
          kind_(kind),
          operation_(&operation),
          on_engine_(kind_of(operation) == OperationKind::reduce &&
                     simulation.setup_->has_engine(rank)) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const;

   private:
    Simulation* simulation_;
    Rank rank_;
    ComputeKind kind_;
    const Operation* operation_;
    bool on_engine_;
    ActivityIndex activity_ = no_activity;
  };

  // A use of a device that ends early when a message arrives; `co_await`ed by a strand.
  class CuttableUse {
   public:
    CuttableUse(Simulation& simulation, Rank rank, const Compute& compute)
        : simulation_(&simulation), rank_(rank), compute_(&compute) {}
    [[nodiscard]] bool await_ready() const;
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const;

   private:
    void cut();
    [[nodiscard]] sim::Mailbox<Envelope>& mailbox() const {
      return simulation_->mailboxes_[static_cast<std::size_t>(rank_)];
    }

    Simulation* simulation_;
    Rank rank_;
    const Compute* compute_;
    Count flops_ = 0;
    double left_ = 1;  // the share that is not done
    sim::Device::Turn turn_;
    ActivityIndex activity_ = no_activity;
    sim::EventHandle end_;
    sim::Mailbox<Envelope>::Watch watch_;
    std::coroutine_handle<> handle_;
  };

  // One strand of a rank, its `index`-th from 0: carries out the operations of a program one after
  // another. `cause` set it off.
  sim::Process strand(Rank rank, Program program, std::int32_t index, ActivityIndex cause);

  [[nodiscard]] DeviceUse use_device(Rank rank, ComputeKind kind, const Operation& operation) {
    return {*this, rank, kind, operation};
  }
  [[nodiscard]] sim::Device::Turn reserve_device(Rank rank, ComputeKind kind,
                                                 const Operation& operation);
  // What a message costs the processor at its ends, `co_await`ed by a strand: nothing, unless the
  // cluster says so.
  struct EndpointUse {
    Simulation* simulation;
    Rank rank;
    double overhead_s;
    double bytes;
    Picoseconds since = {};  // when a rank that receives began to wait
    bool waits = false;
    ActivityIndex activity = no_activity;
    [[nodiscard]] bool await_ready() const { return simulation->endpoint_is_free_; }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const {
      if (!simulation->endpoint_is_free_) simulation->cause_ = activity;
    }
  };
  [[nodiscard]] EndpointUse send_from(Rank rank, const Payload& payload) {
    return {this, rank, setup_->cluster.endpoint.overhead_s,
            endpoint_is_free_ ? 0 : static_cast<double>(wire_bytes(setup_->mlp, payload))};
  }
  [[nodiscard]] EndpointUse take_in(Rank rank, Picoseconds since) {
    return {this, rank, setup_->cluster.endpoint.overhead_s, 0, since, true};
  }
  [[nodiscard]] EndpointUse store_at(Rank rank, const Payload& payload) {
    return {this, rank, 0, static_cast<double>(scalars_of(setup_->mlp, payload).bytes())};
  }
  // On the engine beside the rank's device; the fold is over when it ends.
  [[nodiscard]] sim::Device::Turn reserve_engine(Rank rank, const Operation& operation);
  // Not before `earliest`.
  [[nodiscard]] sim::Device::Turn reserve(Rank rank, Picoseconds span, Picoseconds earliest = {});
  // A use of the rank's device or engine, or work at it, that begins and ends so; set off by what
  // ends now.
  [[nodiscard]] ActivityIndex note_use(Rank rank, ActivityKind kind, std::int32_t layer,
                                       const sim::Device::Turn& turn);
  // The same of what needs no device.
  [[nodiscard]] ActivityIndex note_activity(const Activity& activity) {
    return causes_ == nullptr ? no_activity : causes_->add(activity);
  }
  // Bytes between a worker and the memory that all share, if others share it.
  [[nodiscard]] ActivityIndex shared_use_begins(Rank rank);
  void shared_use_ends(ActivityIndex activity);
  // How long a rank takes to go on that has waited.
  [[nodiscard]] double wake_s(Rank rank, Picoseconds waited) const;
  // How long the device takes for it alone; counts its FLOPs. A measured stage knows its times.
  [[nodiscard]] Picoseconds device_time(Rank rank, ComputeKind kind, const Operation& operation);
  [[nodiscard]] Work product_work(const Compute& compute) const;
  [[nodiscard]] Work work_of(const Operation& operation) const;
  void begin_iteration(Rank rank);
  void note_update(Rank rank, const Update& update);
  // For the log: an operation on the parameters takes place now.
  void note_touched(Rank rank, std::int32_t strand, const Operation& operation);
  // `parent` starts another strand of its rank; its number.
  [[nodiscard]] std::int32_t new_strand(Rank rank, std::int32_t parent);
  void note_source(Rank rank, const Receive& receive, Rank source);
  void note_left(Rank rank, double left);
  void note_probe(Rank rank, Tag tag, bool there);
  void note_shared(Rank rank);
  void note_end(Rank rank, std::int32_t strand, sim::ProcessIndex process);
  void note_carried_out(Rank rank, const Operation& operation) {
    if (numbers_ != nullptr) numbers_->carried_out(rank, operation);
  }
  // The message with what it holds at this moment.
  [[nodiscard]] Message filled(Message message) {
    if (numbers_ != nullptr) message.content = numbers_->copy_of(message.source, message.payload);
    return message;
  }
  void post(Rank to, const Message& message);
  // Starts what `envelope` holds, or does nothing if it has arrived; counts `receiver` down then.
  void take(Rank to, const Envelope& envelope, sim::Countdown& receiver);
  void start_transfer(Rank to, const Envelope& envelope, sim::Countdown* receiver);
  // Moves the bytes over the bus, if others share the memory; counts `moved` down then.
  void move_shared(Rank rank, const AccessShared& access, sim::Countdown& moved);
  void transfer_arrived(TransferIndex index);
  void note_arrival(const Transfer& transfer);
  [[nodiscard]] TransferIndex new_transfer(const Transfer& transfer);
  // in_order.cpp
  [[nodiscard]] LaneIndex lane_of(Rank from, Rank to);
  [[nodiscard]] topologies::ConnectionIndex connection_of(Rank from, Rank to);
  [[nodiscard]] TransferIndex first_with_tag(const Lane& lane, Tag tag) const;
  // Into the mailbox, after those of its tag that were sent before it.
  void offer(Rank to, const Envelope& envelope);
  void hand_over(TransferIndex index);
  void join_lane(TransferIndex index, LaneIndex lane);
  [[nodiscard]] Transfer leave_lane(TransferIndex index);
  [[nodiscard]] Simulated results(sim::Outcome outcome) const;

  [[nodiscard]] Host& host_of(Rank rank) {
    return hosts_[static_cast<std::size_t>(setup_->host_of(rank))];
  }

  const Setup* setup_;
  bool endpoint_is_free_;
  Numbers* numbers_;
  Trace* trace_;
  RunLog* log_;
  Recording* recording_;
  Causes* causes_;
  ActivityIndex cause_ = no_activity;      // what ended in this event: sets off all that begins
  std::vector<ActivityIndex> last_uses_;   // by device, or by core where devices share them
  std::vector<ActivityIndex> last_folds_;  // by engine
  std::vector<ActivityIndex> ended_with_;  // by process
  std::vector<std::int32_t> strands_;      // by rank: how many have started
  sim::Engine engine_;
  topologies::Network network_;
  std::vector<Host> hosts_;
  std::optional<sim::Cores> cores_;  // that all hosts have between them
  std::vector<Worker> ranks_;
  std::vector<SlowdownStream> slowdowns_;  // by worker; empty where all are steady
  std::vector<sim::Mailbox<Envelope>> mailboxes_;
  std::vector<Bubble> bubbles_;  // by rank, of pipelines
  std::vector<Transfer> transfers_;
  std::vector<TransferIndex> free_transfers_;
  std::vector<Lane> lanes_;
  PairTable<LaneIndex> lane_numbers_;
  std::size_t on_lanes_ = 0;  // messages that are not in their mailbox yet
  FlopCounts flops_;
  Count bytes_ = 0;
  Count messages_ = 0;
  Count bytes_received_ = 0;
  std::int64_t shared_version_ = 0;  // of the shared parameters
  sim::Barrier barrier_;
  std::vector<std::int64_t> staleness_histogram_;
};

}  // namespace lockstep::models
