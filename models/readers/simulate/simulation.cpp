#include "models/readers/simulate/simulation.hpp"

#include <algorithm>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/parts/encodings/compression.hpp"
#include "sim/base/check.hpp"

namespace lockstep::models {

namespace {

// Activities of devices have the kinds of their spans.
ActivityKind activity_kind(const Operation& operation, bool on_engine) {
  static_assert(static_cast<int>(SpanKind::reduce_on_engine) ==
                static_cast<int>(ActivityKind::reduce_on_engine));
  return static_cast<ActivityKind>(span_kind(operation, on_engine));
}

std::int32_t layer_of(const Operation& operation) {
  const auto* compute = std::get_if<Compute>(&operation);
  return compute == nullptr ? -1 : compute->layer;
}

}  // namespace

Simulation::Simulation(const Setup& setup, const Observers& observers)
    : setup_(&setup),
      endpoint_is_free_(setup.cluster.endpoint.is_free()),
      numbers_(observers.numbers),
      trace_(observers.trace),
      log_(observers.log),
      recording_(observers.recording),
      causes_(observers.causes),
      strands_(static_cast<std::size_t>(setup.ranks()), 0),
      network_(engine_, *setup.cluster.topology, setup.cluster.sharing),
      mailboxes_(static_cast<std::size_t>(setup.ranks())),
      barrier_(static_cast<std::size_t>(setup.workers)) {
  if (log_ != nullptr) {
    log_->order.ranks.resize(static_cast<std::size_t>(setup.ranks()));
    log_->iterations.resize(static_cast<std::size_t>(setup.ranks()));
    log_->updates.resize(static_cast<std::size_t>(setup.ranks()));
    log_->ends.resize(static_cast<std::size_t>(setup.ranks()));
  }
  hosts_.reserve(static_cast<std::size_t>(setup.cluster.hosts()));
  for (int host = 0; host < setup.cluster.hosts(); ++host) hosts_.emplace_back(engine_);
  if (setup.cluster.cores > 0) cores_.emplace(static_cast<std::size_t>(setup.cluster.cores));
  last_uses_.resize(cores_ ? static_cast<std::size_t>(setup.cluster.cores) : hosts_.size(),
                    no_activity);
  last_folds_.resize(hosts_.size(), no_activity);
  for (Rank rank = 0; rank < setup.ranks(); ++rank) ranks_.emplace_back(setup, rank);
  if (setup.algorithm->pipeline && !setup.algorithm->unflushed) bubbles_.resize(ranks_.size());
  if (!setup.cluster.slowdown || !setup.cluster.slowdown->random()) return;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    slowdowns_.emplace_back(*setup.cluster.slowdown, setup.training.seed, rank);
}

Simulated Simulation::run(const sim::RunControl& control) {
  for (Rank rank = 0; rank < setup_->ranks(); ++rank) {
    Worker& worker = ranks_[static_cast<std::size_t>(rank)];
    engine_.spawn(strand(rank, setup_->algorithm->program(worker), 0, no_activity), {"rank", rank});
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

void Simulation::begin_iteration(Rank rank) {
  if (log_ != nullptr) log_->iterations[static_cast<std::size_t>(rank)].push_back(engine_.now());
  if (!slowdowns_.empty()) slowdowns_[static_cast<std::size_t>(rank)].begin_iteration();
}

sim::Device::Turn Simulation::reserve_device(Rank rank, ComputeKind kind,
                                             const Operation& operation) {
  const sim::Device::Turn turn = reserve(rank, device_time(rank, kind, operation));
  if (!bubbles_.empty()) bubbles_[static_cast<std::size_t>(rank)].device_used(kind, turn);
  return turn;
}

sim::Device::Turn Simulation::reserve_engine(Rank rank, const Operation& operation) {
  Host& host = host_of(rank);
  host.activity.message_begins(engine_.now());
  return host.engine.reserve(device_time(rank, ComputeKind::reduce, operation));
}

sim::Device::Turn Simulation::reserve(Rank rank, Picoseconds span, Picoseconds earliest) {
  Host& host = host_of(rank);
  const auto index = static_cast<std::size_t>(setup_->host_of(rank));
  if (cores_) earliest = std::max(earliest, cores_->free_at(index));
  const sim::Device::Turn turn = host.device.reserve(span, earliest);
  if (cores_) cores_->take(index, turn.end);
  host.activity.device_used(turn, engine_.now());
  return turn;
}

ActivityIndex Simulation::note_use(Rank rank, ActivityKind kind, std::int32_t layer,
                                   const sim::Device::Turn& turn) {
  if (causes_ == nullptr) return no_activity;
  const auto host = static_cast<std::size_t>(setup_->host_of(rank));
  ActivityIndex& last = kind == ActivityKind::reduce_on_engine
                            ? last_folds_[host]
                            : last_uses_[host % last_uses_.size()];
  const bool waits = turn.begin > engine_.now();
  last = note_activity({.begin = turn.begin,
                        .end = turn.end,
                        .rank = rank,
                        .layer = layer,
                        .cause = cause_,
                        .previous = waits ? last : no_activity,
                        .kind = kind});
  return last;
}

ActivityIndex Simulation::shared_use_begins(Rank rank) {
  if (setup_->workers == 1) return cause_;
  return note_activity({.begin = engine_.now(),
                        .end = engine_.now(),
                        .rank = rank,
                        .to = rank,
                        .cause = cause_,
                        .kind = ActivityKind::shared_memory});
}

void Simulation::shared_use_ends(ActivityIndex activity) {
  if (causes_ != nullptr && setup_->workers > 1) causes_->end(activity, engine_.now());
  cause_ = activity;
}

void Simulation::DeviceUse::await_suspend(std::coroutine_handle<> handle) {
  const sim::Device::Turn turn = on_engine_
                                     ? simulation_->reserve_engine(rank_, *operation_)
                                     : simulation_->reserve_device(rank_, kind_, *operation_);
  if (simulation_->recording_ != nullptr)
    simulation_->recording_->device_used(rank_, *operation_, turn.begin, turn.end, on_engine_);
  activity_ = simulation_->note_use(rank_, activity_kind(*operation_, on_engine_),
                                    layer_of(*operation_), turn);
  sim::Engine& engine = simulation_->engine_;
  engine.resume_after(turn.end - engine.now(), handle);
}

void Simulation::DeviceUse::await_resume() const {
  simulation_->cause_ = activity_;
  if (on_engine_) simulation_->host_of(rank_).activity.message_ends(simulation_->engine_.now());
}

void Simulation::EndpointUse::await_suspend(std::coroutine_handle<> handle) {
  const Endpoint& endpoint = simulation->setup_->cluster.endpoint;
  sim::Engine& engine = simulation->engine_;
  const Picoseconds span =
      saturating_add(nearest_seconds(overhead_s), ceil_seconds(bytes / endpoint.copy_bytes_per_s));
  const double wake_s = waits ? simulation->wake_s(rank, engine.now() - since) : 0;
  const sim::Device::Turn turn =
      simulation->reserve(rank, span, saturating_add(engine.now(), nearest_seconds(wake_s)));
  activity = simulation->note_use(rank, ActivityKind::endpoint, -1, turn);
  engine.resume_after(turn.end - engine.now(), handle);
}

// Where another rank computes on the core, the core does not sleep.
double Simulation::wake_s(Rank rank, Picoseconds waited) const {
  const auto index = static_cast<std::size_t>(setup_->host_of(rank));
  if (cores_ && cores_->free_at(index) > engine_.now()) return 0;
  return setup_->cluster.endpoint.wake_s(waited.seconds());
}

void Simulation::note_update(Rank rank, const Update& update) {
  if (!is_of_model(update.payload.buffer)) return;
  const bool shared = update.read_version != not_shared;
  if (shared) note_shared(rank);
  if (log_ != nullptr) log_->updates[static_cast<std::size_t>(rank)].push_back(engine_.now());
  const std::int64_t staleness =
      shared ? shared_version_++ - update.read_version : update.staleness;
  const auto bin = static_cast<std::size_t>(staleness);
  if (staleness_histogram_.size() <= bin) staleness_histogram_.resize(bin + 1, 0);
  ++staleness_histogram_[bin];
}

void Simulation::note_touched(Rank rank, std::int32_t strand, const Operation& operation) {
  if (log_ != nullptr && is_on_parameters(operation))
    log_->order.ranks[static_cast<std::size_t>(rank)].strands.push_back(strand);
}

std::int32_t Simulation::new_strand(Rank rank, std::int32_t parent) {
  if (log_ != nullptr) log_->order.ranks[static_cast<std::size_t>(rank)].parents.push_back(parent);
  return ++strands_[static_cast<std::size_t>(rank)];
}

void Simulation::note_source(Rank rank, const Receive& receive, Rank source) {
  if (log_ != nullptr && receive.from == any_rank)
    log_->order.ranks[static_cast<std::size_t>(rank)].sources[receive.tag].push_back(source);
}

void Simulation::note_left(Rank rank, double left) {
  if (log_ != nullptr) log_->order.ranks[static_cast<std::size_t>(rank)].left.push_back(left);
}

void Simulation::note_probe(Rank rank, Tag tag, bool there) {
  if (log_ != nullptr)
    log_->order.ranks[static_cast<std::size_t>(rank)].probes[tag].push_back(there);
}

void Simulation::note_shared(Rank rank) {
  if (log_ != nullptr) log_->order.shared.push_back(rank);
}

void Simulation::note_end(Rank rank, std::int32_t strand, sim::ProcessIndex process) {
  if (causes_ != nullptr) {
    if (ended_with_.size() <= process) ended_with_.resize(process + 1, no_activity);
    ended_with_[process] = cause_;
  }
  if (log_ != nullptr && strand == 0) log_->ends[static_cast<std::size_t>(rank)] = engine_.now();
}

void Simulation::post(Rank to, const Message& message) {
  start_transfer(to, {filled(message), nullptr}, nullptr);
}

void Simulation::take(Rank to, const Envelope& envelope, sim::Countdown& receiver) {
  if (envelope.sender == nullptr)
    receiver.done();
  else
    start_transfer(to, envelope, &receiver);
}

Simulation::TransferIndex Simulation::new_transfer(const Transfer& transfer) {
  if (free_transfers_.empty()) {
    transfers_.push_back(transfer);
    return static_cast<TransferIndex>(transfers_.size() - 1);
  }
  const TransferIndex index = free_transfers_.back();
  free_transfers_.pop_back();
  transfers_[index] = transfer;
  return index;
}

void Simulation::start_transfer(Rank to, const Envelope& envelope, sim::Countdown* receiver) {
  const Rank from = envelope.message.source;
  const bool within_host = setup_->host_of(from) == setup_->host_of(to);
  const ActivityIndex activity = within_host ? cause_
                                             : note_activity({.begin = engine_.now(),
                                                              .end = engine_.now(),
                                                              .rank = from,
                                                              .to = to,
                                                              .cause = cause_,
                                                              .kind = ActivityKind::message});
  const TransferIndex index = new_transfer({envelope, to, receiver, engine_.now(), activity});
  if (receiver == nullptr) join_lane(index, lane_of(from, to));
  const sim::Event arrived = {
      [](void* self, std::uint64_t argument) {
        static_cast<Simulation*>(self)->transfer_arrived(static_cast<TransferIndex>(argument));
      },
      this, index};
  if (within_host) {
    engine_.after({}, arrived);
    return;
  }
  const std::int64_t bytes = wire_bytes(setup_->mlp, envelope.message.payload);
  bytes_ += bytes;
  ++messages_;
  host_of(from).activity.message_begins(engine_.now());
  host_of(to).activity.message_begins(engine_.now());
  const MeasuredStage* stage = setup_->measured_stage(from);
  if (stage != nullptr && stage->send) {
    engine_.after(*stage->send, arrived);
    return;
  }
  if (setup_->cluster.connections == Connections::ordered)
    return network_.send(connection_of(from, to), bytes, arrived);
  const auto& nodes = setup_->cluster.topology->hosts;
  network_.send(nodes[static_cast<std::size_t>(setup_->host_of(from))],
                nodes[static_cast<std::size_t>(setup_->host_of(to))], bytes, arrived);
}

void Simulation::move_shared(Rank rank, const AccessShared& access, sim::Countdown& moved) {
  if (setup_->workers == 1) return moved.done();
  const topologies::Topology& topology = *setup_->cluster.topology;
  const auto core = topology.hosts[static_cast<std::size_t>(setup_->host_of(rank))];
  const std::int64_t bytes = scalars_of(setup_->mlp, access.payload).bytes();
  bytes_ += bytes;
  bytes_received_ += bytes;
  ++messages_;
  network_.send(*topology.memory, core, bytes,
                {[](void* target, std::uint64_t) { static_cast<sim::Countdown*>(target)->done(); },
                 &moved, 0});
}

void Simulation::transfer_arrived(TransferIndex index) {
  note_arrival(transfers_[index]);
  if (transfers_[index].receiver == nullptr) return hand_over(index);
  const Transfer transfer = transfers_[index];
  free_transfers_.push_back(index);
  transfer.receiver->done();
  transfer.envelope.sender->done();
}

void Simulation::note_arrival(const Transfer& transfer) {
  cause_ = transfer.activity;
  const Message& message = transfer.envelope.message;
  if (setup_->host_of(message.source) == setup_->host_of(transfer.to)) return;
  host_of(message.source).activity.message_ends(engine_.now());
  host_of(transfer.to).activity.message_ends(engine_.now());
  const std::int64_t bytes = wire_bytes(setup_->mlp, message.payload);
  bytes_received_ += bytes;
  if (causes_ != nullptr) causes_->end(transfer.activity, engine_.now());
  if (recording_ != nullptr)
    recording_->message_arrived({.begin = transfer.begin,
                                 .end = engine_.now(),
                                 .from = message.source,
                                 .to = transfer.to,
                                 .bytes = bytes,
                                 .buffer = message.payload.buffer});
}

Simulated Simulation::results(sim::Outcome outcome) const {
  Simulated result;
  result.outcome = std::move(outcome);
  result.makespan = engine_.now();
  result.flops = flops_;
  result.bytes = bytes_;
  result.messages = messages_;
  result.events = engine_.events_run();
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

Simulated simulate(const Setup& setup, const sim::RunControl& control, const Observers& observers) {
  return Simulation(setup, observers).run(control);
}

}  // namespace lockstep::models
