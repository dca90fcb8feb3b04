// How the simulation carries out operations: one coroutine, one case for each kind.
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

namespace {

constexpr const char* waits_for_message = "a message from rank {} with tag {}";
constexpr const char* waits_for_any = "a message from any rank with tag {1}";
constexpr const char* waits_for_receiver = "rank {} to take a message with tag {}";
constexpr const char* waits_for_workers = "the other workers to reach the barrier";
constexpr const char* waits_for_strand = "its own process {} to end";

sim::Wait wait_for(Rank from, Tag tag) {
  return {from == any_rank ? waits_for_any : waits_for_message, from, tag};
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): one case a kind of operation
sim::Process Simulation::strand(Rank rank, Program program, std::int32_t index,
                                ActivityIndex cause) {
  const sim::ProcessIndex me = co_await sim::this_process();
  cause_ = cause;
  auto& mailbox = mailboxes_[static_cast<std::size_t>(rank)];
  const bool eager = setup_->cluster.endpoint.eager;
  Strand running(std::move(program));
  while (const Operation* operation = running.next()) {
    const Picoseconds begin = engine_.now();
    switch (kind_of(*operation)) {
      case OperationKind::compute: {
        const auto& compute = *std::get_if<Compute>(operation);
        if (compute.stop_tag == no_tag)
          co_await use_device(rank, compute.kind, *operation);
        else
          co_await CuttableUse(*this, rank, compute);
        note_carried_out(rank, *operation);
        break;
      }
      case OperationKind::reduce:
      case OperationKind::transcode:
      case OperationKind::accumulate:
        co_await use_device(rank, ComputeKind::reduce, *operation);
        if (const auto* sum = std::get_if<Accumulate>(operation); sum != nullptr && sum->shared)
          note_shared(rank);
        note_touched(rank, index, *operation);
        note_carried_out(rank, *operation);
        break;
      case OperationKind::store:  // no time, unless the cluster says so: received in place
        co_await store_at(rank, std::get_if<Store>(operation)->message.payload);
        note_touched(rank, index, *operation);
        note_carried_out(rank, *operation);
        break;
      case OperationKind::copy:
        note_touched(rank, index, *operation);
        note_carried_out(rank, *operation);
        break;
      case OperationKind::update:
        co_await use_device(rank, ComputeKind::update, *operation);
        note_touched(rank, index, *operation);
        note_update(rank, *std::get_if<Update>(operation));
        note_carried_out(rank, *operation);
        break;
      case OperationKind::post: {
        const auto& message = *std::get_if<Post>(operation);
        co_await send_from(rank, message.message.payload);
        note_touched(rank, index, *operation);
        post(message.to, message.message);
        break;
      }
      case OperationKind::send: {
        const auto& send = *std::get_if<Send>(operation);
        co_await send_from(rank, send.message.payload);
        note_touched(rank, index, *operation);
        if (eager) {
          post(send.to, send.message);
          break;
        }
        sim::Countdown delivered(1);
        engine_.set_wait(me, {waits_for_receiver, send.to, send.message.tag});
        offer(send.to, {filled(send.message), &delivered});
        co_await delivered;
        break;
      }
      case OperationKind::receive: {
        const auto& receive = *std::get_if<Receive>(operation);
        const Picoseconds since = engine_.now();
        engine_.set_wait(me, wait_for(receive.from, receive.tag));
        const Envelope envelope = co_await mailbox.receive(receive.from, receive.tag);
        note_source(rank, receive, envelope.message.source);
        sim::Countdown arrived(1);
        take(rank, envelope, arrived);
        co_await arrived;
        co_await take_in(rank, since);
        running.answer(envelope.message);
        break;
      }
      case OperationKind::exchange: {
        const auto& exchange = *std::get_if<Exchange>(operation);
        co_await send_from(rank, exchange.message.payload);
        const Picoseconds since = engine_.now();
        note_touched(rank, index, *operation);
        const Tag tag = exchange.message.tag;
        if (eager) {
          post(exchange.to, exchange.message);
          engine_.set_wait(me, wait_for(exchange.from, tag));
          const Envelope envelope = co_await mailbox.receive(exchange.from, tag);
          co_await take_in(rank, since);
          running.answer(envelope.message);
          break;
        }
        sim::Countdown both(2);
        engine_.set_wait(me, wait_for(exchange.from, tag));
        offer(exchange.to, {filled(exchange.message), &both});
        const Envelope envelope = co_await mailbox.receive(exchange.from, tag);
        engine_.set_wait(me, {waits_for_receiver, exchange.to, tag});
        take(rank, envelope, both);
        co_await both;
        co_await take_in(rank, since);
        running.answer(envelope.message);
        break;
      }
      case OperationKind::probe: {
        const Tag tag = std::get_if<Probe>(operation)->tag;
        const bool there = mailbox.holds(tag);
        note_probe(rank, tag, there);
        running.answer(there);
        break;
      }
      case OperationKind::access_shared: {
        const auto& access = *std::get_if<AccessShared>(operation);
        const Message held{.payload = access.payload, .version = shared_version_};
        if (!access.to_change) note_shared(rank);
        HostActivity& activity = host_of(rank).activity;
        sim::Countdown moved(1);
        activity.message_begins(engine_.now());
        const ActivityIndex moving = shared_use_begins(rank);
        move_shared(rank, access, moved);
        co_await moved;
        shared_use_ends(moving);
        activity.message_ends(engine_.now());
        if (recording_ != nullptr && setup_->workers > 1)
          recording_->message_arrived({.begin = begin,
                                       .end = engine_.now(),
                                       .from = shared_memory_rank,
                                       .to = rank,
                                       .bytes = scalars_of(setup_->mlp, access.payload).bytes(),
                                       .buffer = access.payload.buffer});
        note_carried_out(rank, *operation);
        running.answer(held);
        break;
      }
      case OperationKind::barrier:
        engine_.set_wait(me, {waits_for_workers, 0, 0});
        co_await barrier_.arrive();
        break;
      case OperationKind::begin_iteration:
        begin_iteration(rank);
        break;
      case OperationKind::fork: {
        Program child = std::move(*std::get_if<Fork>(operation)->child);
        const std::int32_t number = new_strand(rank, index);
        running.answer(
            engine_.spawn(strand(rank, std::move(child), number, cause_), {"rank", rank}));
        break;
      }
      case OperationKind::join: {
        const std::uint32_t child = std::get_if<Join>(operation)->strand;
        engine_.set_wait(me, {waits_for_strand, child, 0});
        const bool waits = !engine_.has_ended(child);
        co_await engine_.end_of(child);
        if (waits && causes_ != nullptr) cause_ = ended_with_[child];
        break;
      }
    }
    if (trace_ != nullptr) trace_->push_back({rank, *operation, begin, engine_.now()});
  }
  note_end(rank, index, me);
}

}  // namespace lockstep::models
