// How the simulation carries out operations: one function for each kind. Those that take time, or
// wait, are coroutines.
#include <type_traits>

#include "models/language/order.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/simulate/simulation.hpp"

namespace lockstep::models {

namespace {

constexpr const char* waits_for_message = "a message from rank {} with tag {}";
constexpr const char* waits_for_any = "a message from any rank with tag {1}";
constexpr const char* waits_for_receiver = "rank {} to take a message with tag {}";
constexpr const char* waits_for_others = "the other ranks to begin the steps of a collective";
constexpr const char* waits_for_workers = "the other workers to reach the barrier";
constexpr const char* waits_for_strand = "its own process {} to end";

template <class One>
constexpr bool is_sent =
    std::is_same_v<One, Post> || std::is_same_v<One, Send> || std::is_same_v<One, Exchange>;

sim::Wait wait_for(Rank from, Tag tag) {
  return {from == any_rank ? waits_for_any : waits_for_message, from, tag};
}

}  // namespace

sim::Process Simulation::strand(Rank rank, Program program, std::int32_t index) {
  const sim::ProcessIndex process = co_await sim::this_process();
  Line line(rank, index, process, std::move(program));
  tell(&Observer::strand_begins, line.process);
  while ((line.operation = line.program.next()) != nullptr) {
    const Picoseconds begin = engine_.now();
    co_await std::visit(
        [&]<class One>(const One& operation) {
          if constexpr (is_sent<One>)
            if (host_outages_) return send_when_up(line, operation);
          return carry_out(line, operation);
        },
        *line.operation);
    tell(&Observer::operation_ends, rank, *line.operation, begin, engine_.now());
  }
  tell(&Observer::strand_ends, rank, index, line.process, engine_.now());
  --strands_running_;
  if (whole_steps_ && index == 0) whole_steps_->rank_ends();
  finish_if_over();
}

// A host that is down sends nothing.
template <class One>
sim::Task Simulation::send_when_up(Line& line, const One& operation) {
  const Picoseconds down = down_for(line.rank);
  if (down > Picoseconds{}) co_await engine_.delay(down);
  co_await carry_out(line, operation);
}

void Simulation::takes_effect(const Line& line) {
  touches_parameters(line);
  tell(&Observer::carried_out, line.rank, *line.operation);
}

void Simulation::touches_parameters(const Line& line) {
  if (!observers_.empty() && is_on_parameters(*line.operation))
    tell(&Observer::parameters_touched, line.rank, line.index);
}

sim::Task Simulation::carry_out(Line& line, const Compute& compute) {
  if (compute.stop_tag == no_tag)
    co_await WholeUse(*this, line, compute.kind);
  else
    co_await CuttableUse(*this, line, compute);
  takes_effect(line);
}

sim::Task Simulation::fold(Line& line, bool into_shared) {
  co_await WholeUse(*this, line, ComputeKind::reduce);
  if (into_shared) tell(&Observer::shared_parameters_touched, line.rank);
  takes_effect(line);
}

sim::Task Simulation::carry_out(Line& line, const Reduce& /*reduce*/) { return fold(line); }

sim::Task Simulation::carry_out(Line& line, const Transcode& /*transcode*/) { return fold(line); }

sim::Task Simulation::carry_out(Line& line, const Accumulate& accumulate) {
  return fold(line, accumulate.shared);
}

// It is received in place, unless the cluster says what a copy takes.
sim::Task Simulation::carry_out(Line& line, const Store& store) {
  if (!endpoint_is_free_) return copy_in(line, store.message.payload);
  takes_effect(line);
  return {};
}

sim::Task Simulation::copy_in(Line& line, const Payload& payload) {
  co_await store_at(line.rank, payload);
  takes_effect(line);
}

sim::Task Simulation::carry_out(Line& line, const Copy& /*copy*/) {
  takes_effect(line);
  return {};
}

sim::Task Simulation::carry_out(Line& line, const Update& update) {
  co_await WholeUse(*this, line, ComputeKind::update);
  touches_parameters(line);
  update_model(line.rank, update);
  tell(&Observer::carried_out, line.rank, *line.operation);
}

sim::Task Simulation::carry_out(Line& line, const Post& message) {
  if (!endpoint_is_free_) co_await send_from(line.rank, message.message.payload);
  touches_parameters(line);
  post(message.to, message.message);
}

sim::Task Simulation::carry_out(Line& line, const Send& send) {
  if (!endpoint_is_free_) co_await send_from(line.rank, send.message.payload);
  touches_parameters(line);
  if (is_eager()) {
    post(send.to, send.message);
    co_return;
  }
  sim::Countdown delivered(1);
  engine_.set_wait(line.process, {waits_for_receiver, send.to, send.message.tag});
  offer(send.to, filled(send.message, &delivered));
  co_await delivered;
}

sim::Task Simulation::carry_out(Line& line, const Receive& receive) {
  const Picoseconds since = engine_.now();
  engine_.set_wait(line.process, wait_for(receive.from, receive.tag));
  auto received = mailbox_of(line.rank).receive(receive.from, receive.tag);
  const Envelope& envelope = co_await received;
  if (receive.from == any_rank)
    tell(&Observer::received_from_any, line.rank, receive.tag, envelope.message.source);
  sim::Countdown arrived(1);
  take(line.rank, envelope, arrived);
  co_await arrived;
  if (!endpoint_is_free_) co_await take_in(line.rank, since);
  tell(&Observer::message_taken, line.rank, envelope.message, engine_.now());
  line.program.answer(envelope.message);
}

sim::Task Simulation::carry_out(Line& line, const Exchange& exchange) {
  if (!endpoint_is_free_) co_await send_from(line.rank, exchange.message.payload);
  const Picoseconds since = engine_.now();
  touches_parameters(line);
  const Tag tag = exchange.message.tag;
  engine_.set_wait(line.process, wait_for(exchange.from, tag));
  sim::Countdown both(is_eager() ? 1 : 2);
  if (is_eager())
    post(exchange.to, exchange.message);
  else
    offer(exchange.to, filled(exchange.message, &both));
  auto received = mailbox_of(line.rank).receive(exchange.from, tag);
  const Envelope& envelope = co_await received;
  if (!is_eager()) engine_.set_wait(line.process, {waits_for_receiver, exchange.to, tag});
  take(line.rank, envelope, both);
  co_await both;
  if (!endpoint_is_free_) co_await take_in(line.rank, since);
  tell(&Observer::message_taken, line.rank, envelope.message, engine_.now());
  line.program.answer(envelope.message);
}

sim::Task Simulation::carry_out(Line& line, const Probe& probe) {
  const bool there = mailbox_of(line.rank).holds(probe.tag);
  tell(&Observer::probed, line.rank, probe.tag, there);
  line.program.answer(there);
  return {};
}

sim::Task Simulation::carry_out(Line& line, const AccessShared& access) {
  const Message held{.payload = access.payload, .version = shared_version_};
  if (!access.to_change) tell(&Observer::shared_parameters_touched, line.rank);
  MessageUse use = {.from = shared_memory_rank,
                    .to = line.rank,
                    .buffer = access.payload.buffer,
                    .bytes = scalars_of(setup_->mlp, access.payload).bytes(),
                    .within_host = setup_->workers == 1,
                    .begin = engine_.now()};
  tell(&Observer::shared_access_begins, use);
  HostActivity& activity = host_of(line.rank).activity;
  activity.message_begins(use.begin);
  if (!use.within_host) {
    sim::Countdown moved(1);
    move_shared(use, moved);
    co_await moved;
  }
  tell(&Observer::shared_access_ends, use, engine_.now());
  activity.message_ends(engine_.now());
  tell(&Observer::carried_out, line.rank, *line.operation);
  line.program.answer(held);
}

sim::Task Simulation::carry_out(Line& line, const Barrier& /*barrier*/) {
  engine_.set_wait(line.process, {waits_for_workers, 0, 0});
  co_await barrier_.arrive();
}

sim::Task Simulation::carry_out(Line& line, const BeginIteration& /*begin*/) {
  tell(&Observer::iteration_begins, line.rank, engine_.now());
  if (!slowdowns_.empty()) slowdowns_[static_cast<std::size_t>(line.rank)].begin_iteration();
  if (host_outages_) computed_[static_cast<std::size_t>(line.rank)] = {};
  return {};
}

sim::Task Simulation::carry_out(Line& line, const Fork& fork) {
  const std::int32_t number = ++strands_[static_cast<std::size_t>(line.rank)];
  ++strands_running_;
  const sim::ProcessIndex child =
      engine_.spawn(strand(line.rank, std::move(*fork.child), number), {"rank", line.rank});
  tell(&Observer::strand_created, line.rank, number, line.index, child);
  line.program.answer(child);
  return {};
}

sim::Task Simulation::carry_out(Line& line, const Join& join) {
  engine_.set_wait(line.process, {waits_for_strand, join.strand, 0});
  const bool waits = !engine_.has_ended(join.strand);
  co_await engine_.end_of(join.strand);
  if (waits) tell(&Observer::strand_joined, join.strand);
}

sim::Task Simulation::carry_out(Line& line, const CollectiveSteps& steps) {
  if (whole_steps_ && whole_steps_->are_for(steps)) return take_together(line, steps);
  line.program.answer(false);
  return {};
}

sim::Task Simulation::take_together(Line& line, const CollectiveSteps& steps) {
  engine_.set_wait(line.process, {waits_for_others, 0, 0});
  const bool taken = co_await whole_steps_->arrive(steps);
  line.program.answer(taken);
}

}  // namespace lockstep::models
