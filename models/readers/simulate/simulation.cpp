#include "models/readers/simulate/simulation.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/encodings/compression.hpp"
#include "models/readers/simulate/memory_observer.hpp"
#include "models/readers/simulate/observers.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

Simulation::Simulation(const Setup& setup, std::vector<Observer*> observers, const Outages* outages)
    : setup_(&setup),
      channels_(channels_of(setup)),
      endpoint_is_free_(setup.cluster.endpoint.is_free()),
      observers_(std::move(observers)),
      strands_(static_cast<std::size_t>(setup.ranks()), 0),
      network_(engine_, *setup.cluster.topology, setup.cluster.sharing),
      mailboxes_(static_cast<std::size_t>(setup.ranks())),
      last_lanes_(static_cast<std::size_t>(setup.ranks())),
      barrier_(static_cast<std::size_t>(setup.workers)) {
  hosts_.reserve(static_cast<std::size_t>(setup.cluster.hosts()));
  for (int host = 0; host < setup.cluster.hosts(); ++host) hosts_.emplace_back(engine_);
  if (setup.cluster.cores > 0) cores_.emplace(static_cast<std::size_t>(setup.cluster.cores));
  for (Rank rank = 0; rank < setup.ranks(); ++rank) ranks_.emplace_back(setup, rank, plan_);
  if (setup.algorithm->pipeline && !setup.algorithm->unflushed) bubbles_.resize(ranks_.size());
  if (outages != nullptr && outages->of_hosts) {
    host_outages_.emplace(setup, outages->failures);
    computed_.resize(ranks_.size());
  }
  if (outages != nullptr && outages->of_links())
    link_outages_.emplace(setup, outages->failures, engine_, network_);
  if (!setup.cluster.background.empty()) background_.emplace(setup, engine_, network_);
  if (!setup.cluster.slowdown || !setup.cluster.slowdown->random()) return;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    slowdowns_.emplace_back(*setup.cluster.slowdown, setup.training.seed, rank);
}

Simulated Simulation::run(const sim::RunControl& control) {
  strands_running_ = setup_->ranks();
  for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
    Worker& worker = ranks_[static_cast<std::size_t>(rank)];
    const sim::ProcessIndex process =
        engine_.spawn(strand(rank, setup_->algorithm->program(worker), 0), {"rank", rank});
    tell(&Observer::strand_created, rank, 0, -1, process);
  }
  return results(engine_.run(control));
}

Work Simulation::product_work(const Compute& compute) const {
  if (!compute.part.is_whole())
    return product_of(setup_->mlp, compute.part.shape(), compute.samples);
  if (compute.synthesiser_layer == 0)
    return layer_product(setup_->mlp, compute.layer, compute.samples);
  const std::int64_t width = setup_->mlp.shape(compute.layer).outputs;
  return product_of(setup_->mlp, {width, width}, compute.samples);
}

Work Simulation::work_of(const Operation& operation) const {
  if (const auto* compute = std::get_if<Compute>(&operation)) return product_work(*compute);
  if (const auto* reduce = std::get_if<Reduce>(&operation))
    return reduce_work(setup_->mlp, reduce->message.payload);
  if (const auto* transcode = std::get_if<Transcode>(&operation))
    return transcode_work(setup_->mlp, *transcode);
  if (const auto* accumulate = std::get_if<Accumulate>(&operation))
    return reduce_work(setup_->mlp, accumulate->payload);
  const auto& update = *std::get_if<Update>(&operation);
  return update_work(setup_->mlp, update.payload.count, *update.rule);
}

Picoseconds Simulation::device_time(Rank rank, ComputeKind kind, const Operation& operation) {
  const bool steady = slowdowns_.empty() || setup_->is_server(rank);
  const double factor = steady ? 1 : slowdowns_[static_cast<std::size_t>(rank)].next();
  // Measured times hold the mean factor already, as those of devices do.
  if (const MeasuredStage* stage = setup_->measured_stage(rank))
    return steady ? stage->time_of(kind)
                  : ceil_scaled(stage->time_of(kind), factor / setup_->cluster.slowdown->mean);
  const Work work = work_of(operation);
  flops_[kind] += work.flops;
  if (steady) return compute_time(setup_->device_of(rank), work);
  DeviceSpec device = setup_->device_of(rank);
  device.slowdown = factor;
  return compute_time(device, work);
}

sim::Device::Turn Simulation::reserve_device(Rank rank, ComputeKind kind,
                                             const Operation& operation) {
  const sim::Device::Turn turn = reserve(rank, device_time(rank, kind, operation));
  if (!bubbles_.empty()) bubbles_[static_cast<std::size_t>(rank)].device_used(kind, turn);
  return turn;
}

sim::Device::Turn Simulation::reserve_engine(Rank rank, const Operation& operation) {
  if (whole_steps_) whole_steps_->reserves(true);
  Host& host = host_of(rank);
  host.activity.message_begins(engine_.now());
  const Picoseconds span = device_time(rank, ComputeKind::reduce, operation);
  if (!host_outages_) return host.engine.reserve(span);
  const Picoseconds begin = std::max(host.engine.free_at(), engine_.now());
  return host.engine.reserve(
      span, host_outages_->begin_of(setup_->host_of(rank), begin, span, Picoseconds{}));
}

sim::Device::Turn Simulation::reserve(Rank rank, Picoseconds span, Picoseconds earliest) {
  if (whole_steps_) whole_steps_->reserves(false);
  Host& host = host_of(rank);
  const auto index = static_cast<std::size_t>(setup_->host_of(rank));
  if (cores_) earliest = std::max(earliest, cores_->free_at(index));
  if (host_outages_) {
    Picoseconds& computed = computed_[static_cast<std::size_t>(rank)];
    const Picoseconds begin = std::max({earliest, host.device.free_at(), engine_.now()});
    earliest = host_outages_->begin_of(setup_->host_of(rank), begin, span, computed);
    computed = saturating_add(computed, span);
  }
  const sim::Device::Turn turn = host.device.reserve(span, earliest);
  if (cores_) cores_->take(index, turn.end);
  host.activity.device_used(turn, engine_.now());
  return turn;
}

void Simulation::WholeUse::await_suspend(std::coroutine_handle<> handle) {
  use_.turn = use_.on_engine ? simulation_->reserve_engine(use_.rank, *use_.operation)
                             : simulation_->reserve_device(use_.rank, kind_, *use_.operation);
  sim::Engine& engine = simulation_->engine_;
  simulation_->tell(&Observer::use_reserved, use_, engine.now());
  engine.resume_after(use_.turn.end - engine.now(), handle);
}

void Simulation::WholeUse::await_resume() const {
  const Picoseconds now = simulation_->engine_.now();
  simulation_->tell(&Observer::use_ends, use_, now);
  if (use_.on_engine) simulation_->host_of(use_.rank).activity.message_ends(now);
}

void Simulation::EndpointUse::await_suspend(std::coroutine_handle<> handle) {
  const Endpoint& endpoint = simulation->setup_->cluster.endpoint;
  sim::Engine& engine = simulation->engine_;
  const Picoseconds span =
      saturating_add(nearest_seconds(overhead_s), ceil_seconds(bytes / endpoint.copy_bytes_per_s));
  const double wake_s = waits ? simulation->wake_s(rank, engine.now() - since) : 0;
  use.rank = rank;
  use.turn = simulation->reserve(rank, span, saturating_add(engine.now(), nearest_seconds(wake_s)));
  simulation->tell(&Observer::use_reserved, use, engine.now());
  engine.resume_after(use.turn.end - engine.now(), handle);
}

// Where another rank computes on the core, the core does not sleep.
double Simulation::wake_s(Rank rank, Picoseconds waited) const {
  const auto index = static_cast<std::size_t>(setup_->host_of(rank));
  if (cores_ && cores_->free_at(index) > engine_.now()) return 0;
  return setup_->cluster.endpoint.wake_s(waited.seconds());
}

void Simulation::update_model(Rank rank, const Update& update) {
  if (!is_of_model(update.payload.buffer)) return;
  const bool shared = update.read_version != not_shared;
  if (shared) tell(&Observer::shared_parameters_touched, rank);
  tell(&Observer::model_updated, rank, engine_.now());
  const std::int64_t staleness =
      shared ? shared_version_++ - update.read_version : update.staleness;
  const auto bin = static_cast<std::size_t>(staleness);
  if (staleness_histogram_.size() <= bin) staleness_histogram_.resize(bin + 1, 0);
  ++staleness_histogram_[bin];
}

void Simulation::post(Rank to, const Message& message) {
  start_transfer(to, filled(message, nullptr), nullptr);
}

void Simulation::take(Rank to, const Envelope& envelope, sim::Countdown& receiver) {
  if (envelope.sender == nullptr)
    receiver.done();
  else
    start_transfer(to, envelope, &receiver);
}

Simulation::TransferIndex Simulation::new_transfer(Rank to, const Envelope& envelope) {
  if (free_transfers_.empty()) {
    free_transfers_.push_back(static_cast<TransferIndex>(transfers_.size()));
    transfers_.emplace_back();
  }
  const TransferIndex index = free_transfers_.back();
  free_transfers_.pop_back();
  Transfer& transfer = transfers_[index];
  transfer.envelope = envelope;
  transfer.to = to;
  transfer.activity = no_activity;
  transfer.receiver = nullptr;
  transfer.begin = engine_.now();
  transfer.bytes = 0;
  transfer.lane = none;
  transfer.next = none;
  transfer.path = 0;
  transfer.held = false;
  return index;
}

MessageUse Simulation::use_of(const Transfer& transfer) const {
  const Message& message = transfer.envelope.message;
  return {.from = message.source,
          .to = transfer.to,
          .tag = message.tag,
          .buffer = message.payload.buffer,
          .bytes = transfer.bytes,
          .within_host = setup_->host_of(message.source) == setup_->host_of(transfer.to),
          .is_awaited = transfer.receiver != nullptr,
          .path = transfer.path,
          .begin = transfer.begin,
          .activity = transfer.activity};
}

void Simulation::start_transfer(Rank to, const Envelope& envelope, sim::Countdown* receiver) {
  if (whole_steps_) whole_steps_->sends();
  const Rank from = envelope.message.source;
  const bool within_host = setup_->host_of(from) == setup_->host_of(to);
  const std::int64_t bytes = wire_bytes(setup_->mlp, envelope.message.payload);
  const TransferIndex index = new_transfer(to, envelope);
  ++transfers_running_;
  transfers_[index].receiver = receiver;
  transfers_[index].bytes = bytes;
  const LaneIndex lane = lane_of(from, to, envelope.message.tag);
  // An ordered connection knows its path: only observers are told it.
  const bool ordered = setup_->cluster.connections == Connections::ordered;
  if (!within_host && (!ordered || !observers_.empty()))
    transfers_[index].path = next_path(lane, from, to);
  if (!observers_.empty()) {
    MessageUse use = use_of(transfers_[index]);
    tell(&Observer::message_begins, use);
    transfers_[index].activity = use.activity;
  }
  if (receiver == nullptr) join_lane(index, lane);
  const sim::Event arrived = {
      [](void* self, std::uint64_t argument) {
        static_cast<Simulation*>(self)->transfer_arrived(static_cast<TransferIndex>(argument));
      },
      this, index};
  if (within_host) {
    engine_.after({}, arrived);
    return;
  }
  bytes_ += bytes;
  ++messages_;
  host_of(from).activity.message_begins(engine_.now());
  host_of(to).activity.message_begins(engine_.now());
  const MeasuredStage* stage = setup_->measured_stage(from);
  if (stage != nullptr && stage->send) {
    engine_.after(*stage->send, arrived);
    return;
  }
  if (ordered) return network_.send(connection_of(lane, from, to), bytes, arrived);
  const auto& nodes = setup_->cluster.topology->hosts;
  network_.send(nodes[static_cast<std::size_t>(setup_->host_of(from))],
                nodes[static_cast<std::size_t>(setup_->host_of(to))], transfers_[index].path, bytes,
                arrived);
}

void Simulation::move_shared(const MessageUse& use, sim::Countdown& moved) {
  const topologies::Topology& topology = *setup_->cluster.topology;
  const auto core = topology.hosts[static_cast<std::size_t>(setup_->host_of(use.to))];
  bytes_ += use.bytes;
  bytes_received_ += use.bytes;
  ++messages_;
  network_.send(*topology.memory, core, use.bytes,
                {[](void* target, std::uint64_t) { static_cast<sim::Countdown*>(target)->done(); },
                 &moved, 0});
}

Picoseconds Simulation::down_for(Rank rank) {
  if (!host_outages_) return {};
  return host_outages_->begin_of(setup_->host_of(rank), engine_.now(), {}, {}) - engine_.now();
}

void Simulation::finish_if_over() {
  const bool others_go_on = background_ || link_outages_;
  if (others_go_on && strands_running_ == 0 && transfers_running_ == 0) engine_.finish();
}

void Simulation::transfer_arrived(TransferIndex index) {
  --transfers_running_;
  const Transfer& transfer = transfers_[index];
  if (!observers_.empty()) tell(&Observer::message_arrives, use_of(transfer), engine_.now());
  const int from = setup_->host_of(transfer.envelope.message.source);
  const int to = setup_->host_of(transfer.to);
  if (from != to) {
    hosts_[static_cast<std::size_t>(from)].activity.message_ends(engine_.now());
    hosts_[static_cast<std::size_t>(to)].activity.message_ends(engine_.now());
    bytes_received_ += transfer.bytes;
  }
  if (transfer.receiver == nullptr) {
    hand_over(index);
    finish_if_over();
    return;
  }
  sim::Countdown& receiver = *transfer.receiver;
  sim::Countdown& sender = *transfer.envelope.sender;
  free_transfers_.push_back(index);
  receiver.done();
  sender.done();
  finish_if_over();
}

Simulated Simulation::results(sim::Outcome outcome) const {
  Simulated result;
  result.outcome = std::move(outcome);
  result.makespan = engine_.now();
  result.flops = flops_;
  result.bytes = bytes_;
  result.messages = messages_;
  result.events = engine_.events_run();
  if (whole_steps_) result.steps = whole_steps_->taken();
  if (host_outages_) result.losses = host_outages_->losses();
  if (link_outages_) result.losses.link_failures = link_outages_->failures();
  if (!result.outcome.finished()) return result;
  check(bytes_received_ == bytes_, "bytes sent and received differ in {}", setup_->label);
  for (const auto& mailbox : mailboxes_)
    check(setup_->algorithm->leaves_messages || mailbox.unreceived() == 0,
          "{} messages of {} were never received", mailbox.unreceived(), setup_->label);
  result.samples = setup_->training.iterations * setup_->used_per_iteration;
  for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
    if (setup_->is_server(rank) && setup_->placement == Placement::colocated) continue;
    const auto& host = hosts_[static_cast<std::size_t>(setup_->host_of(rank))];
    (setup_->is_server(rank) ? result.servers : result.workers)
        .push_back(host.activity.use(result.makespan));
  }
  result.bubble_rate = bubble_rate(bubbles_);
  result.staleness_histogram = staleness_histogram_;
  Count updates = 0;
  Count sum = 0;
  for (std::size_t bin = 0; bin < staleness_histogram_.size(); ++bin) {
    updates += staleness_histogram_[bin];
    sum += Count{staleness_histogram_[bin]} * static_cast<std::int64_t>(bin);
  }
  result.staleness.mean = updates == 0 ? 0 : to_double(sum) / to_double(updates);
  result.staleness.max =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(staleness_histogram_.size()) - 1);
  const std::vector<topologies::ChannelLoad> loads = network_.loads();
  for (std::size_t channel = 0; channel < loads.size(); ++channel)
    if (loads[channel].bytes > 0)
      result.channels.push_back({static_cast<topologies::ChannelIndex>(channel),
                                 loads[channel].bytes, loads[channel].busy});
  return result;
}

namespace {

// Simulates with steps of rings as events; null if that cannot be done. `why_not` then says why,
// if any steps were offered.
std::optional<Simulated> simulate_by_steps(const Setup& setup, const sim::RunControl& control,
                                           bool nothing_else, std::string& why_not) {
  if (!may_take_whole_steps(setup)) return std::nullopt;
  Simulation by_steps(setup, {}, nullptr);
  by_steps.take_whole_steps(nothing_else);
  Simulated simulated = by_steps.run(control);
  const WholeSteps& whole = by_steps.whole_steps();
  if (simulated.outcome.kind == sim::Outcome::Kind::stopped || !whole.failed()) return simulated;
  if (whole.were_offered()) why_not = whole.why_not();
  return std::nullopt;
}

}  // namespace

std::optional<Simulated> simulate_by_steps_alone(const Setup& setup,
                                                 const sim::RunControl& control) {
  std::string why_not;
  return simulate_by_steps(setup, control, true, why_not);
}

// A run that is observed is simulated by messages as well; what is reported of it is the same as of
// one that is not.
Simulated simulate(const Setup& setup, const sim::RunControl& control, const Observers& asked,
                   const Outages* outages) {
  std::optional<Simulated> by_steps;
  std::string why_by_messages;
  const bool exact = setup.cluster.granularity == Granularity::automatic;
  if (outages == nullptr && (exact || asked.none()))
    by_steps = simulate_by_steps(setup, control, false, why_by_messages);
  if (by_steps && (asked.none() || !by_steps->outcome.finished())) return std::move(*by_steps);
  std::vector<std::unique_ptr<Observer>> owned;
  const auto observe = [&owned](std::unique_ptr<Observer> one) { owned.push_back(std::move(one)); };
  if (asked.numbers != nullptr) observe(std::make_unique<NumbersObserver>(*asked.numbers));
  if (asked.trace != nullptr) observe(std::make_unique<TraceObserver>(*asked.trace));
  if (asked.log != nullptr) observe(std::make_unique<LogObserver>(*asked.log, setup.ranks()));
  if (asked.recording != nullptr) observe(std::make_unique<RecordingObserver>(*asked.recording));
  if (asked.recording != nullptr && asked.recording->memory() != nullptr)
    observe(std::make_unique<MemoryObserver>(setup, *asked.recording->memory()));
  if (asked.causes != nullptr) observe(std::make_unique<CauseObserver>(*asked.causes, setup));
  std::vector<Observer*> observers;
  for (const auto& one : owned) observers.push_back(one.get());
  Simulated simulated = Simulation(setup, std::move(observers), outages).run(control);
  if (by_steps && simulated.outcome.finished()) return std::move(*by_steps);
  simulated.steps.why_not = std::move(why_by_messages);
  return simulated;
}

}  // namespace lockstep::models
