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
#include "models/readers/simulate/background_flows.hpp"
#include "models/readers/simulate/bubble.hpp"
#include "models/readers/simulate/host_activity.hpp"
#include "models/readers/simulate/observer.hpp"
#include "models/readers/simulate/outages.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/whole_steps.hpp"
#include "sim/barrier.hpp"
#include "sim/base/pair_table.hpp"
#include "sim/cores.hpp"
#include "sim/countdown.hpp"
#include "sim/device.hpp"
#include "sim/engine.hpp"
#include "sim/mailbox.hpp"
#include "sim/process.hpp"
#include "sim/task.hpp"
#include "topologies/network.hpp"

namespace lockstep::models {

class Simulation {
 public:
  // Observers are called in the given order and must outlive the simulation. `outages` may be null.
  Simulation(const Setup& setup, std::vector<Observer*> observers, const Outages* outages);

  [[nodiscard]] Simulated run(const sim::RunControl& control);

  // Has steps of collectives taken as events, where that is possible; to be called before `run`.
  void take_whole_steps(bool nothing_else) { whole_steps_.emplace(*this, nothing_else); }
  [[nodiscard]] const WholeSteps& whole_steps() const { return *whole_steps_; }

 private:
  friend class WholeSteps;
  // An entry of a mailbox: a message that has arrived or, by rendezvous, one that its sender holds
  // until it is asked for.
  struct Envelope {
    Message message;
    sim::Countdown* sender = nullptr;  // null: arrived
  };
  struct Host {
    explicit Host(sim::Engine& events) : device(events), engine(events) {}
    sim::Device device;
    sim::Device engine;  // for reductions; idle where the device itself folds
    HostActivity activity;
  };
  using TransferIndex = std::uint32_t;
  using LaneIndex = std::uint32_t;
  static constexpr std::uint32_t none = ~0U;
  // A message under way, and the receiver to notify of its arrival.
  struct Transfer {
    Envelope envelope;
    Rank to = 0;
    ActivityIndex activity = no_activity;
    sim::Countdown* receiver = nullptr;  // rendezvous; null: put it into the mailbox
    Picoseconds begin = {};
    std::int64_t bytes = 0;
    LaneIndex lane = none;
    TransferIndex next = none;  // the next one on its lane
    topologies::PathNumber path = 0;
    bool held = false;  // it has arrived, but an earlier one with the same tag has not
  };
  // The messages that one rank sends another on one channel, over one connection if connections are
  // ordered.
  // `first` and `last` are the ends of the list of messages that go into the mailbox unasked and
  // are not there yet: a receive takes messages of one tag in the order in which they were sent
  // (MPI's rule that messages do not overtake), whatever order they arrive in.
  struct Lane {
    topologies::ConnectionIndex connection = topologies::no_connection;
    TransferIndex first = none;
    TransferIndex last = none;
    std::uint32_t held = 0;
  };

  // A strand of a rank while it runs.
  struct Line : sim::TaskMemory {
    Line(Rank its_rank, std::int32_t its_index, sim::ProcessIndex its_process, Program its_program)
        : rank(its_rank), index(its_index), process(its_process), program(std::move(its_program)) {}
    Rank rank;
    std::int32_t index;  // from 0, in the order in which the rank's strands were created
    sim::ProcessIndex process;
    Strand program;
    const Operation* operation = nullptr;  // the one being carried out
  };

  // A use of a device, or of the engine beside it. A strand that `co_await`s it waits for its turn
  // and then until the use is over.
  class WholeUse {
   public:
    WholeUse(Simulation& simulation, const Line& line, ComputeKind kind)
        : simulation_(&simulation), kind_(kind) {
      use_.rank = line.rank;
      use_.operation = line.operation;
      use_.on_engine = kind_of(*line.operation) == OperationKind::reduce &&
                       simulation.setup_->has_engine(line.rank);
    }
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const;

   private:
    Simulation* simulation_;
    ComputeKind kind_;
    DeviceUse use_;
  };

  // A use of a device that ends early when a message arrives; `co_await`ed by a strand.
  class CuttableUse {
   public:
    CuttableUse(Simulation& simulation, const Line& line, const Compute& compute)
        : simulation_(&simulation), compute_(&compute) {
      use_.rank = line.rank;
      use_.operation = line.operation;
      use_.can_be_cut = true;
    }
    [[nodiscard]] bool await_ready() const;
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const;

   private:
    void cut();
    [[nodiscard]] sim::Mailbox<Envelope>& mailbox() const {
      return simulation_->mailboxes_[static_cast<std::size_t>(use_.rank)];
    }

    Simulation* simulation_;
    const Compute* compute_;
    DeviceUse use_;
    Count flops_ = 0;
    double left_ = 1;  // the share that is not done yet
    sim::EventHandle end_;
    sim::Mailbox<Envelope>::Watch watch_;
    std::coroutine_handle<> handle_;
  };

  // strand.cpp
  // Runs strand number `index` (from 0) of a rank, which carries out the operations of `program`
  // one after another.
  sim::Process strand(Rank rank, Program program, std::int32_t index);
  sim::Task carry_out(Line& line, const Compute& compute);
  sim::Task carry_out(Line& line, const Reduce& reduce);
  sim::Task carry_out(Line& line, const Accumulate& accumulate);
  sim::Task carry_out(Line& line, const Transcode& transcode);
  sim::Task carry_out(Line& line, const Store& store);
  sim::Task carry_out(Line& line, const Copy& copy);
  sim::Task carry_out(Line& line, const Update& update);
  sim::Task carry_out(Line& line, const Post& post);
  sim::Task carry_out(Line& line, const Send& send);
  sim::Task carry_out(Line& line, const Receive& receive);
  sim::Task carry_out(Line& line, const Exchange& exchange);
  sim::Task carry_out(Line& line, const Probe& probe);
  sim::Task carry_out(Line& line, const AccessShared& access);
  sim::Task carry_out(Line& line, const Barrier& barrier);
  sim::Task carry_out(Line& line, const BeginIteration& begin);
  sim::Task carry_out(Line& line, const Fork& fork);
  sim::Task carry_out(Line& line, const Join& join);
  sim::Task carry_out(Line& line, const CollectiveSteps& steps);
  sim::Task take_together(Line& line, const CollectiveSteps& steps);
  template <class One>
  sim::Task send_when_up(Line& line, const One& operation);
  // Folds on the device, or on the engine beside it.
  sim::Task fold(Line& line, bool into_shared = false);
  // Copies a message that has arrived to where it belongs, if a copy takes time.
  sim::Task copy_in(Line& line, const Payload& payload);
  // Called when the operation of `line` takes effect on the rank's buffers, and perhaps on the
  // parameters.
  void takes_effect(const Line& line);
  void touches_parameters(const Line& line);

  [[nodiscard]] sim::Device::Turn reserve_device(Rank rank, ComputeKind kind,
                                                 const Operation& operation);
  // The time that a message costs the processor at one of its ends, `co_await`ed by a strand. It is
  // nothing unless the cluster says otherwise.
  struct EndpointUse {
    Simulation* simulation;
    Rank rank;
    double overhead_s;
    double bytes;
    Picoseconds since = {};  // when the receiving rank began to wait
    bool waits = false;
    DeviceUse use = {};
    [[nodiscard]] bool await_ready() const { return simulation->endpoint_is_free_; }
    void await_suspend(std::coroutine_handle<> handle);
    void await_resume() const {
      if (!simulation->endpoint_is_free_)
        simulation->tell(&Observer::use_ends, use, simulation->engine_.now());
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
  // Reserves the engine beside the rank's device; the fold is over when the turn ends.
  [[nodiscard]] sim::Device::Turn reserve_engine(Rank rank, const Operation& operation);
  // Reserves the rank's device for `span`, starting no earlier than `earliest`.
  [[nodiscard]] sim::Device::Turn reserve(Rank rank, Picoseconds span, Picoseconds earliest = {});
  // Returns how many seconds a rank that has `waited` takes to go on.
  [[nodiscard]] double wake_s(Rank rank, Picoseconds waited) const;
  // Returns how long the operation alone takes on the device, and counts its FLOPs. A measured
  // stage brings its own times.
  [[nodiscard]] Picoseconds device_time(Rank rank, ComputeKind kind, const Operation& operation);
  [[nodiscard]] Work product_work(const Compute& compute) const;
  [[nodiscard]] Work work_of(const Operation& operation) const;
  void update_model(Rank rank, const Update& update);
  template <class... Parameters, class... Arguments>
  void tell(void (Observer::*event)(Parameters...), Arguments&&... arguments) {
    for (Observer* observer : observers_) (observer->*event)(arguments...);
  }
  // Returns the message with the numbers that it carries at this moment.
  [[nodiscard]] Envelope filled(const Message& message, sim::Countdown* sender) {
    Envelope envelope{message, sender};
    tell(&Observer::message_filled, envelope.message);
    return envelope;
  }
  void post(Rank to, const Message& message);
  // Counts `receiver` down once the message of `envelope` is there: at once if it has arrived, else
  // after the transfer that this starts.
  void take(Rank to, const Envelope& envelope, sim::Countdown& receiver);
  void start_transfer(Rank to, const Envelope& envelope, sim::Countdown* receiver);
  // Moves the bytes over the bus and then counts `moved` down.
  void move_shared(const MessageUse& use, sim::Countdown& moved);
  void transfer_arrived(TransferIndex index);
  [[nodiscard]] MessageUse use_of(const Transfer& transfer) const;
  // Returns the index of a transfer that is filled in by its fields alone.
  [[nodiscard]] TransferIndex new_transfer(Rank to, const Envelope& envelope);
  // in_order.cpp
  [[nodiscard]] LaneIndex lane_of(Rank from, Rank to, Tag tag);
  [[nodiscard]] topologies::ConnectionIndex connection_of(LaneIndex lane, Rank from, Rank to);
  // Returns the number of the path that the next message between two hosts takes.
  [[nodiscard]] topologies::PathNumber next_path(LaneIndex lane, Rank from, Rank to);
  [[nodiscard]] TransferIndex first_with_tag(const Lane& lane, Tag tag) const;
  // Puts the message into the mailbox, after those of its tag that were sent before it.
  void offer(Rank to, const Envelope& envelope);
  void hand_over(TransferIndex index);
  void join_lane(TransferIndex index, LaneIndex lane);
  // Frees the transfer, which keeps its fields until the next `new_transfer`.
  void leave_lane(TransferIndex index);
  // Returns for how long the rank's host is still down.
  [[nodiscard]] Picoseconds down_for(Rank rank);
  // Ends the run if all strands and messages have, though the traffic of others goes on.
  void finish_if_over();
  [[nodiscard]] Simulated results(sim::Outcome outcome) const;

  [[nodiscard]] bool is_eager() const { return setup_->cluster.endpoint.eager; }
  [[nodiscard]] sim::Mailbox<Envelope>& mailbox_of(Rank rank) {
    return mailboxes_[static_cast<std::size_t>(rank)];
  }
  [[nodiscard]] Host& host_of(Rank rank) {
    return hosts_[static_cast<std::size_t>(setup_->host_of(rank))];
  }

  const Setup* setup_;
  int channels_;  // between two ranks
  bool endpoint_is_free_;
  std::vector<Observer*> observers_;
  std::vector<std::int32_t> strands_;  // by rank: how many were created
  sim::Engine engine_;
  topologies::Network network_;
  std::vector<Host> hosts_;
  std::optional<sim::Cores> cores_;  // shared by all hosts
  CommonPlan plan_;
  std::vector<Worker> ranks_;
  std::vector<SlowdownStream> slowdowns_;  // by worker; empty where all are steady
  std::vector<sim::Mailbox<Envelope>> mailboxes_;
  std::vector<Bubble> bubbles_;  // by rank; only for pipelines
  std::vector<Transfer> transfers_;
  std::vector<TransferIndex> free_transfers_;
  std::vector<Lane> lanes_;
  PairTable<LaneIndex> lane_numbers_;
  // By sender: where it sent last, which is where a collective sends again.
  struct LastLane {
    int number = -1;
    LaneIndex lane = none;
  };
  std::vector<LastLane> last_lanes_;
  std::size_t on_lanes_ = 0;  // messages that are not in their mailbox yet
  FlopCounts flops_;
  Count bytes_ = 0;
  Count messages_ = 0;
  Count bytes_received_ = 0;
  std::int64_t shared_version_ = 0;  // of the shared parameters
  sim::Barrier barrier_;
  std::vector<std::int64_t> staleness_histogram_;
  std::optional<HostOutages> host_outages_;
  std::vector<Picoseconds> computed_;  // by rank, in its iteration so far; if hosts fail
  std::optional<LinkOutages> link_outages_;
  std::optional<BackgroundFlows> background_;
  std::optional<WholeSteps> whole_steps_;
  std::int64_t strands_running_ = 0;
  std::int64_t transfers_running_ = 0;
};

}  // namespace lockstep::models
