#include "models/readers/simulate/observers.hpp"

namespace lockstep::models {

namespace {

// Activities of devices have the kinds of their spans.
ActivityKind activity_kind(const DeviceUse& use) {
  static_assert(static_cast<int>(SpanKind::reduce_on_engine) ==
                static_cast<int>(ActivityKind::reduce_on_engine));
  if (use.operation == nullptr) return ActivityKind::endpoint;
  return static_cast<ActivityKind>(span_kind(*use.operation, use.on_engine));
}

std::int32_t layer_of(const DeviceUse& use) {
  if (use.operation == nullptr) return -1;
  const auto* compute = std::get_if<Compute>(use.operation);
  return compute == nullptr ? -1 : compute->layer;
}

std::size_t at(Rank rank) { return static_cast<std::size_t>(rank); }

}  // namespace

void NumbersObserver::message_filled(Message& message) {
  message.content = numbers_->copy_of(message.source, message.payload);
}
void NumbersObserver::carried_out(Rank rank, const Operation& operation) {
  numbers_->carried_out(rank, operation);
}

void TraceObserver::operation_ends(Rank rank, const Operation& operation, Picoseconds begin,
                                   Picoseconds now) {
  trace_->push_back({rank, operation, begin, now});
}

LogObserver::LogObserver(RunLog& log, int ranks) : log_(&log) {
  log.order.ranks.resize(at(ranks));
  log.iterations.resize(at(ranks));
  log.updates.resize(at(ranks));
  log.ends.resize(at(ranks));
}
void LogObserver::strand_created(Rank rank, std::int32_t strand, std::int32_t parent,
                                 sim::ProcessIndex /*process*/) {
  if (strand > 0) order_of(rank).parents.push_back(parent);
}
void LogObserver::strand_ends(Rank rank, std::int32_t strand, sim::ProcessIndex /*process*/,
                              Picoseconds now) {
  if (strand == 0) log_->ends[at(rank)] = now;
}
void LogObserver::iteration_begins(Rank rank, Picoseconds now) {
  log_->iterations[at(rank)].push_back(now);
}
void LogObserver::model_updated(Rank rank, Picoseconds now) {
  log_->updates[at(rank)].push_back(now);
}
void LogObserver::parameters_touched(Rank rank, std::int32_t strand) {
  order_of(rank).strands.push_back(strand);
}
void LogObserver::received_from_any(Rank rank, Tag tag, Rank source) {
  order_of(rank).sources[tag].push_back(source);
}
void LogObserver::product_left(Rank rank, double share) { order_of(rank).left.push_back(share); }
void LogObserver::probed(Rank rank, Tag tag, bool there) {
  order_of(rank).probes[tag].push_back(there);
}
void LogObserver::shared_parameters_touched(Rank rank) { log_->order.shared.push_back(rank); }

void RecordingObserver::use_reserved(DeviceUse& use, Picoseconds /*now*/) {
  if (use.operation == nullptr || use.can_be_cut) return;  // the latter once its end is known
  recording_->device_used(use.rank, *use.operation, use.turn.begin, use.turn.end, use.on_engine);
}
void RecordingObserver::use_ends(const DeviceUse& use, Picoseconds now) {
  if (use.can_be_cut && now > use.turn.begin)
    recording_->device_used(use.rank, *use.operation, use.turn.begin, now);
}
void RecordingObserver::message_arrives(const MessageUse& message, Picoseconds now) {
  if (message.within_host) return;
  recording_->message_arrived({.begin = message.begin,
                               .end = now,
                               .from = message.from,
                               .to = message.to,
                               .bytes = message.bytes,
                               .buffer = message.buffer,
                               .path = message.path});
}
void RecordingObserver::shared_access_ends(const MessageUse& message, Picoseconds now) {
  message_arrives(message, now);
}

void RecordingObserver::iteration_begins(Rank rank, Picoseconds now) {
  recording_->iteration_begins(rank, now);
}

CauseObserver::CauseObserver(Causes& causes, const Setup& setup)
    : causes_(&causes),
      setup_(&setup),
      last_uses_(at(setup.cluster.cores > 0 ? setup.cluster.cores : setup.cluster.hosts()),
                 no_activity),
      last_folds_(at(setup.cluster.hosts()), no_activity) {}

ActivityIndex& CauseObserver::cause_of_strand(sim::ProcessIndex process) {
  if (of_strands_.size() <= process) of_strands_.resize(process + 1, no_activity);
  return of_strands_[process];
}
void CauseObserver::strand_created(Rank /*rank*/, std::int32_t /*strand*/, std::int32_t /*parent*/,
                                   sim::ProcessIndex process) {
  cause_of_strand(process) = cause_;
}
void CauseObserver::strand_begins(sim::ProcessIndex process) { cause_ = cause_of_strand(process); }
void CauseObserver::strand_ends(Rank /*rank*/, std::int32_t /*strand*/, sim::ProcessIndex process,
                                Picoseconds /*now*/) {
  cause_of_strand(process) = cause_;
}
void CauseObserver::strand_joined(sim::ProcessIndex ended) { cause_ = cause_of_strand(ended); }

void CauseObserver::use_reserved(DeviceUse& use, Picoseconds now) {
  const auto host = static_cast<std::size_t>(setup_->host_of(use.rank));
  ActivityIndex& last = use.on_engine ? last_folds_[host] : last_uses_[host % last_uses_.size()];
  const bool waits = use.turn.begin > now;
  last = use.activity = causes_->add({.begin = use.turn.begin,
                                      .end = use.turn.end,
                                      .rank = use.rank,
                                      .layer = layer_of(use),
                                      .cause = cause_,
                                      .previous = waits ? last : no_activity,
                                      .kind = activity_kind(use)});
}
void CauseObserver::use_ends(const DeviceUse& use, Picoseconds now) {
  // What cuts one short, a message, is the cause of what follows.
  if (!use.can_be_cut || now == use.turn.end) cause_ = use.activity;
}
void CauseObserver::use_cut(const DeviceUse& use, Picoseconds now) {
  causes_->cut(use.activity, now);
}

void CauseObserver::message_begins(MessageUse& message) {
  message.activity = message.within_host ? cause_
                                         : causes_->add({.begin = message.begin,
                                                         .end = message.begin,
                                                         .rank = message.from,
                                                         .to = message.to,
                                                         .cause = cause_,
                                                         .kind = ActivityKind::message,
                                                         .path = message.path});
}
void CauseObserver::message_arrives(const MessageUse& message, Picoseconds now) {
  cause_ = message.activity;
  if (!message.within_host) causes_->end(message.activity, now);
}
void CauseObserver::shared_access_begins(MessageUse& message) {
  message.activity = message.within_host ? cause_
                                         : causes_->add({.begin = message.begin,
                                                         .end = message.begin,
                                                         .rank = message.to,
                                                         .to = message.to,
                                                         .cause = cause_,
                                                         .kind = ActivityKind::shared_memory});
}
void CauseObserver::shared_access_ends(const MessageUse& message, Picoseconds now) {
  message_arrives(message, now);
}

}  // namespace lockstep::models
