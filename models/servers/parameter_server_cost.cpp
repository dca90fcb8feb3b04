// What exchanges with parameter servers cost: counts, and lower bounds of the time.
#include <algorithm>
#include <limits>
#include <vector>

#include "models/passes.hpp"
#include "models/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

// What the bounds are made of. Each resource that all pushes go through gives one.
struct Parts {
  double fastest_passes_s = 0;  // of the fastest worker
  double slowest_passes_s = 0;  // of the slowest one, and its other work
  double local_step_s = 0;
  double accumulation_s = 0;
  double taking_in_s = 0;      // what was fetched
  double block_message_s = 0;  // the block of one server, alone
  double whole_message_s = 0;  // all blocks from one worker, over its own link
  double request_s = 0;
  double update_s = 0;                // of the smallest block, on the fastest server
  double link_s = 0;                  // that the busiest server's link is taken by one block
  double passes_beside_server_s = 0;  // on a device that a server shares, local steps too
  double pushers_over_link = 0;
  // Of compressed pushes, and of what they take the least for among all blocks.
  double encode_s = 0;  // all blocks, on the slowest worker
  double encode_block_s = 0;
  double push_message_s = 0;
  double decode_s = 0;
  double push_link_s = 0;  // that the busiest server's link is taken by one push
};

bool colocated(const Setup& setup) { return setup.placement == Placement::colocated; }

double fold_s(const Setup& setup, Rank rank) {
  return compute_time(setup.device_of(rank), fold(setup.mlp, setup.mlp.parameters())).seconds();
}

double own_update_s(const Setup& setup, Rank rank, const UpdateRule* rule) {
  return rule == nullptr ? 0 : update_s(setup, rank, setup.mlp.parameters(), *rule);
}

// One push of the whole model, block by block.
std::vector<Payload> pushed_blocks(const Setup& setup, const Exchanges& plan) {
  const Payload whole = gradients_of(setup.mlp, all_layers(setup.mlp));
  std::vector<Payload> blocks;
  for (int server = 0; server < setup.servers; ++server)
    blocks.push_back(plan.compression.encoded(shard_of(whole, setup.servers, server)));
  return blocks;
}

Work encode_work(const Setup& setup, const Exchanges& plan, const Payload& block) {
  return transcode_work(
      setup.mlp, {CodingStep::encode, block, plan.compression.residual(Residual::of_gradients)});
}

Work decode_work(const Setup& setup, const Payload& block) {
  return transcode_work(setup.mlp, {CodingStep::decode, block, Residual::none});
}

double encode_s(const Setup& setup, const Exchanges& plan, Rank rank) {
  double sum_s = 0;
  if (plan.compression.none()) return sum_s;
  for (const Payload& block : pushed_blocks(setup, plan))
    sum_s += compute_time(setup.device_of(rank), encode_work(setup, plan, block)).seconds();
  return sum_s;
}

// What a worker hands to the first of its group.
Payload handed_in(const Setup& setup, const Exchanges& plan) {
  return plan.compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp)));
}

// All that a worker computes in the run.
double compute_s(const Setup& setup, const Exchanges& plan, Rank rank) {
  return static_cast<double>(plan.steps) * passes_s(setup, rank, setup.batch_per_worker) +
         static_cast<double>(plan.local_steps()) * own_update_s(setup, rank, plan.local_rule) +
         static_cast<double>(plan.fetches()) * own_update_s(setup, rank, plan.fetch_rule) +
         static_cast<double>(plan.accumulations()) * fold_s(setup, rank) +
         static_cast<double>(plan.pushes()) * encode_s(setup, plan, rank);
}

// Whether all pushes stay on one host: the only pusher sits beside the only server.
bool alone(const Setup& setup, const Exchanges& plan) {
  return colocated(setup) && setup.servers == 1 && plan.pushers == 1;
}

// A worker beside the only server sends it nothing over the network: its time is in the bound of
// the device that the two share. One beside one of several servers keeps that server's block.
std::int64_t first_remote_group(const Setup& setup, const Exchanges& plan) {
  return colocated(setup) && setup.servers == 1 && !alone(setup, plan) ? 1 : 0;
}

void set_compute(const Setup& setup, const Exchanges& plan, Parts& parts) {
  Rank slowest = group_at(setup, plan, first_remote_group(setup, plan)).first;
  parts.fastest_passes_s = passes_s(setup, 0, setup.batch_per_worker);
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    const double passes = passes_s(setup, rank, setup.batch_per_worker);
    parts.fastest_passes_s = std::min(parts.fastest_passes_s, passes);
    if (rank > slowest && compute_s(setup, plan, rank) > compute_s(setup, plan, slowest))
      slowest = rank;
  }
  parts.slowest_passes_s = passes_s(setup, slowest, setup.batch_per_worker);
  parts.local_step_s = own_update_s(setup, slowest, plan.local_rule);
  parts.taking_in_s = own_update_s(setup, slowest, plan.fetch_rule);
  parts.accumulation_s = fold_s(setup, slowest);
  parts.encode_s = encode_s(setup, plan, slowest);
}

void set_compressed(const Setup& setup, const Exchanges& plan, NetworkView& network, Parts& parts) {
  if (plan.compression.none()) return;
  const double unknown = std::numeric_limits<double>::infinity();
  parts.encode_block_s = parts.push_message_s = parts.decode_s = unknown;
  for (const Payload& block : pushed_blocks(setup, plan)) {
    const std::int64_t bytes = wire_bytes(setup.mlp, block);
    const Work encode = encode_work(setup, plan, block);
    const Work decode = decode_work(setup, block);
    for (Rank rank = 0; rank < setup.workers; ++rank)
      parts.encode_block_s =
          std::min(parts.encode_block_s, compute_time(setup.device_of(rank), encode).seconds());
    for (Rank server = setup.workers; server < setup.ranks(); ++server)
      parts.decode_s =
          std::min(parts.decode_s, compute_time(setup.device_of(server), decode).seconds());
    parts.push_message_s =
        network.uniform() && !alone(setup, plan)
            ? std::min(parts.push_message_s, server_bytes_s(setup, network, bytes, 1))
            : 0;
    if (parts.link_s > 0)
      parts.push_link_s = std::max(
          parts.push_link_s, setup.cluster.sharing == Sharing::single_port
                                 ? server_bytes_s(setup, network, bytes, 1)
                                 : network.transfer_s(setup.workers - 1, setup.workers, bytes));
  }
}

// From the start of a group's iteration to its push, and from the answer to its end: of its first
// worker, which folds the others' gradients; of another, that waits for two messages.
double group_round_s(const Setup& setup, NetworkView& network, const Exchanges& plan,
                     const Group& group) {
  const Payload gradients = handed_in(setup, plan);
  const auto work_s = [&](Rank rank, const Work& work) {
    return compute_time(setup.device_of(rank), work).seconds();
  };
  const double fold = work_s(group.first, reduce_work(setup.mlp, gradients));
  double round_s = passes_s(setup, group.first, setup.batch_per_worker) + (group.count - 1) * fold;
  if (group.count == 1) return round_s;
  const auto message_s = [&](std::int64_t bytes) {
    return network.uniform() ? network.message(group.first + 1, group.first, bytes).seconds() : 0;
  };
  const double there_and_back_s = message_s(wire_bytes(setup.mlp, gradients)) +
                                  message_s(setup.mlp.parameters() * setup.mlp.bytes_per_scalar);
  for (Rank rank = group.first + 1; rank < group.first + group.count; ++rank) {
    const double encode =
        plan.compression.none() ? 0 : work_s(rank, encode_work(setup, plan, gradients));
    round_s = std::max(
        round_s, passes_s(setup, rank, setup.batch_per_worker) + encode + fold + there_and_back_s);
  }
  return round_s;
}

double slowest_round_s(const Setup& setup, NetworkView& network, const Exchanges& plan) {
  double slowest_s = 0;
  for (std::int64_t index = first_remote_group(setup, plan); index < plan.pushers; ++index)
    slowest_s =
        std::max(slowest_s, group_round_s(setup, network, plan, group_at(setup, plan, index)));
  return slowest_s;
}

Parts parts_of(const Setup& setup, const Exchanges& plan) {
  NetworkView network(setup);
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t largest = block_count(parameters, setup.servers, 0);
  const std::int64_t smallest = block_count(parameters, setup.servers, setup.servers - 1);
  const std::int64_t sent =
      colocated(setup) && setup.servers > 1 ? parameters - largest : parameters;
  Parts parts;
  set_compute(setup, plan, parts);
  const bool local = alone(setup, plan);
  const bool known = network.uniform() && !local;
  if (plan.grouped(setup)) parts.slowest_passes_s = slowest_round_s(setup, network, plan);
  parts.block_message_s = known ? server_message_s(setup, network, smallest, 1) : 0;
  parts.request_s = known ? server_message_s(setup, network, 0, 1) : 0;
  parts.whole_message_s = network.hosts_share_links() && !local
                              ? server_message_s(setup, network, sent, 1)
                              : parts.block_message_s;
  parts.update_s = update_s(setup, setup.workers, smallest, *plan.server_rule);
  for (Rank server = setup.workers; server < setup.ranks(); ++server)
    parts.update_s = std::min(parts.update_s, update_s(setup, server, smallest, *plan.server_rule));
  parts.passes_beside_server_s = colocated(setup) ? compute_s(setup, plan, 0) : 0;
  const bool serial = network.hosts_share_links() ||
                      (setup.cluster.sharing == Sharing::single_port && network.uniform());
  if (serial && !local) {
    const double block_s = server_message_s(setup, network, largest, 1);
    parts.link_s = setup.cluster.sharing == Sharing::single_port
                       ? block_s
                       : network.transfer_s(setup.workers - 1, setup.workers,
                                            largest * setup.mlp.bytes_per_scalar);
  }
  parts.pushers_over_link = plan.pushers - (colocated(setup) ? 1 : 0);
  set_compressed(setup, plan, network, parts);
  return parts;
}

template <class Term>
Term count_term(const char* name, std::int64_t count) {
  return Terms<Term>::number(name, static_cast<double>(count));
}

// One worker after another thing: its steps, and what it waits for. Where it pushes and fetches
// after each step, that is iterations times the same.
template <class Term>
Term worker_chain(const Exchanges& plan, const Parts& parts, bool grouped) {
  using T = Terms<Term>;
  const Term passes = T::seconds(grouped ? "t_group_round" : "t_passes", parts.slowest_passes_s);
  const Term whole = T::seconds("t_message(n)", parts.whole_message_s);
  const Term update = T::seconds("t_update(n/K)", parts.update_s);
  const Term answered = plan.compression.none()
                            ? whole + update + T::seconds("t_message(n/K)", parts.block_message_s)
                            : T::seconds("t_encode(n/K)", parts.encode_block_s) +
                                  T::seconds("t_push(n/K)", parts.push_message_s) +
                                  T::seconds("t_decode(n/K)", parts.decode_s) + update + whole;
  const Term iterations = count_term<Term>("iterations", plan.steps);
  if (plan.only_answered_pushes()) return iterations * (passes + answered);
  Term chain = iterations * passes + count_term<Term>("local steps", plan.local_steps()) *
                                         T::seconds("t_update(n)", parts.local_step_s);
  if (plan.answered_pushes() > 0)
    chain = chain + count_term<Term>("answered pushes", plan.answered_pushes()) * answered;
  if (plan.accumulations() > 0)
    chain = chain + count_term<Term>("accumulations", plan.accumulations()) *
                        T::seconds("t_fold(n)", parts.accumulation_s);
  if (!plan.compression.none() && plan.pushes() > plan.answered_pushes())
    chain = chain + count_term<Term>("other pushes", plan.pushes() - plan.answered_pushes()) *
                        T::seconds("t_encode(n)", parts.encode_s);
  if (plan.requests() > 0)
    chain = chain + count_term<Term>("requests", plan.requests()) *
                        (T::seconds("t_message(0)", parts.request_s) + whole);
  if (plan.push_after_fetch)
    chain = chain +
            count_term<Term>("fetches", plan.fetches()) *
                T::seconds("t_fetched(n)", parts.taking_in_s) +
            whole + update;
  return chain;
}

template <class Term>
Term expression_of(const Setup& setup, const Exchanges& plan, const Parts& parts) {
  using T = Terms<Term>;
  const Term pushes =
      count_term<Term>(plan.push_period == 1 ? "iterations" : "pushes", plan.pushes());
  const bool dense = plan.compression.none();
  const Term plain_update = T::seconds("t_update(n/K)", parts.update_s);
  const Term update =
      dense ? plain_update : T::seconds("t_decode(n/K)", parts.decode_s) + plain_update;
  const Term push = T::seconds("t_push(n/K)", parts.push_message_s);
  const Term message = T::seconds("t_message(n/K)", parts.block_message_s);
  const bool grouped = plan.grouped(setup);
  const Term updates = pushes * count_term<Term>(grouped ? "groups" : "P", plan.pushers) * update;
  const double passes_s = parts.fastest_passes_s;
  const auto first = [&](std::int64_t steps) {
    return T::seconds("t_first_passes",
                      static_cast<double>(std::min(steps, plan.steps)) * passes_s);
  };
  const Term both_messages = dense ? Term(2) * message : push + message;
  const Term server_device =
      colocated(setup) ? updates + T::seconds("t_steps beside", parts.passes_beside_server_s)
                       : first(plan.push_period) + both_messages + updates;
  const Term remote = T::number(grouped ? "remote groups" : "remote P", parts.pushers_over_link);
  const Term over_link = remote * T::seconds("t_link", parts.link_s);
  // One way or the other, whichever more goes over; both ways where they differ in size.
  if (!dense)
    return max(
        max(worker_chain<Term>(plan, parts, grouped), server_device),
        max(first(plan.push_period) +
                pushes * (remote * T::seconds("t_push_link", parts.push_link_s)) + update + message,
            first(plan.fetch_period) + count_term<Term>("fetches", plan.fetches()) * over_link));
  const Term server_link =
      plan.fetches() > plan.pushes()
          ? first(plan.fetch_period) + count_term<Term>("fetches", plan.fetches()) * over_link
          : first(plan.push_period) + pushes * over_link + update + message;
  return max(worker_chain<Term>(plan, parts, grouped), max(server_device, server_link));
}

// What crosses the network when every pusher sends each server its block: not the block of the
// server on its own host.
struct Traffic {
  Count blocks = 0;
  Count scalars = 0;
  Count pushed_bytes = 0;  // of one push by each
};
Traffic traffic_of(const Setup& setup, const Exchanges& plan) {
  const std::int64_t parameters = setup.mlp.parameters();
  const std::vector<Payload> pushed = pushed_blocks(setup, plan);
  Traffic traffic = {Count{plan.pushers} * setup.servers, Count{plan.pushers} * parameters, 0};
  for (const Payload& block : pushed)
    traffic.pushed_bytes += Count{plan.pushers} * wire_bytes(setup.mlp, block);
  if (!colocated(setup)) return traffic;
  for (int pusher = 0; pusher < plan.pushers; ++pusher) {
    const Rank rank = group_at(setup, plan, pusher).first;
    if (rank >= setup.servers) break;
    traffic.blocks -= 1;
    traffic.scalars -= block_count(parameters, setup.servers, rank);
    traffic.pushed_bytes -= wire_bytes(setup.mlp, pushed[static_cast<std::size_t>(rank)]);
  }
  return traffic;
}

// Of one push: encoding and decoding all blocks.
Count coding_flops(const Setup& setup, const Exchanges& plan) {
  Count flops = 0;
  if (plan.compression.none()) return flops;
  for (const Payload& block : pushed_blocks(setup, plan))
    flops += encode_work(setup, plan, block).flops + decode_work(setup, block).flops;
  return flops;
}

Memory memory_of(const Setup& setup, const Exchanges& plan) {
  Memory memory = replica_memory(setup);
  if (plan.pushed == Buffer::accumulated_gradients) memory.gradients *= 2;  // the accumulated ones
  if (!plan.compression.none() && plan.compression.error_feedback)
    memory.versions = memory.parameters;  // the residual
  for (const Payload& block : pushed_blocks(setup, plan))
    if (!plan.compression.none()) memory.buffers += wire_bytes(setup.mlp, block);
  // In a group the first worker is sent the gradients of all others.
  const std::int64_t others = block_count(setup.workers, plan.pushers, 0) - 1;
  memory.buffers += others * wire_bytes(setup.mlp, handed_in(setup, plan));
  return memory;
}

// On the server with the largest block. A push of each pusher may arrive at once, one of them where
// it is used unless it has to be decoded.
Memory server_memory_of(const Setup& setup, const Exchanges& plan) {
  const std::int64_t count = block_count(setup.mlp.parameters(), setup.servers, 0);
  const Count block = Count{count} * setup.mlp.bytes_per_scalar;
  const Count others = (plan.pushers - 1) * block;
  const Count encoded =
      plan.compression.none()
          ? 0
          : Count{plan.pushers} * wire_bytes(setup.mlp, pushed_blocks(setup, plan).front());
  return {.parameters = block,
          .gradients = block,
          .versions = block * plan.server_copies,
          .buffers = std::max(others, encoded)};
}

}  // namespace

ClosedForm exchanges_closed_form(const Setup& setup, const Exchanges& plan) {
  ClosedForm form;
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t scalar = setup.mlp.bytes_per_scalar;
  count_passes(form.flops, setup.mlp, Count{plan.steps} * setup.global_batch);
  form.flops[ComputeKind::update] =
      (Count{plan.pushes()} * plan.pushers * plan.server_rule->flops +
       Count{plan.local_steps()} * plan.pushers * plan.local_rule->flops) *
      parameters;
  if (plan.fetch_rule != nullptr)
    form.flops[ComputeKind::update] +=
        Count{plan.fetches()} * plan.pushers * plan.fetch_rule->flops * parameters;
  form.flops[ComputeKind::reduce] = Count{plan.accumulations()} * plan.pushers * parameters;
  const Count in_groups = Count{plan.steps} * (setup.workers - plan.pushers);
  const Payload gradients = handed_in(setup, plan);
  form.flops[ComputeKind::reduce] += in_groups * reduce_work(setup.mlp, gradients).flops;
  if (!plan.compression.none())
    form.flops[ComputeKind::reduce] += in_groups * encode_work(setup, plan, gradients).flops;
  form.flops[ComputeKind::reduce] +=
      Count{plan.pushes()} * plan.pushers * coding_flops(setup, plan);
  const Traffic traffic = traffic_of(setup, plan);
  form.bytes = plan.pushes() * traffic.pushed_bytes +
               Count{plan.fetches()} * traffic.scalars * scalar +
               in_groups * (wire_bytes(setup.mlp, gradients) + Count{parameters} * scalar);
  form.messages =
      Count{plan.pushes() + plan.requests() + plan.fetches()} * traffic.blocks + 2 * in_groups;
  form.makespan = nearest_seconds(expression_of<double>(setup, plan, parts_of(setup, plan)));
  if (setup.workers > 1 || setup.servers > 1 || plan.requests() > 0 ||
      plan.pushes() > plan.answered_pushes() || !NetworkView(setup).uniform()) {
    form.claim = TimeClaim::lower_bound;
    form.leaves_out = "pushes that wait for each other at links and servers";
  }
  form.memory = memory_of(setup, plan);
  form.server_memory = server_memory_of(setup, plan);
  form.staleness = staleness_in_turn(setup, plan);
  return form;
}

Formula exchanges_formula(const Setup& setup, const Exchanges& plan) {
  return expression_of<Formula>(setup, plan, parts_of(setup, plan));
}

}  // namespace lockstep::models
