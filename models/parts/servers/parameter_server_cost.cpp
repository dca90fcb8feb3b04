// What exchanges with parameter servers cost: counts, memory, and the claim of the time.
#include <vector>

#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/servers/exchange_costs.hpp"
#include "models/parts/servers/exchange_times.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

bool colocated(const Setup& setup) { return setup.placement == Placement::colocated; }

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
  memory.versions = plan.local_steps() > 0
                        ? update_state_bytes(setup, setup.mlp.parameters(), *plan.local_rule)
                        : 0;
  if (!plan.compression.none() && plan.compression.error_feedback)
    memory.versions += memory.gradients;                                    // the residual
  if (plan.pushed == Buffer::accumulated_gradients) memory.gradients *= 2;  // the accumulated ones
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
  const Precision& precision = setup.mlp.precision;
  const Count gradients = scalars_of(setup.mlp, {plan.pushed, 0, count}).bytes();
  const Count others = (plan.pushers - 1) * gradients;
  const Count encoded =
      plan.compression.none()
          ? 0
          : Count{plan.pushers} * wire_bytes(setup.mlp, pushed_blocks(setup, plan).front());
  return {.parameters = Count{count} * precision.parameters,
          .gradients = gradients,
          .versions = update_state_bytes(setup, count, *plan.server_rule) +
                      Count{count} * plan.further_server_copies * precision.optimizer_state,
          .buffers = std::max(others, encoded)};
}

// One worker and one server do one thing after another.
void claim_time(const Setup& setup, const Exchanges& plan, ClosedForm& form) {
  const ExchangeTimes times = exchange_times(setup, plan);
  form.makespan = nearest_seconds(times.least_s);
  if (setup.workers == 1 && setup.servers == 1 && plan.requests() == 0 &&
      plan.pushes() == plan.answered_pushes())
    return;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out = "pushes that wait for each other at links and servers";
  note_rough(form, times.most_s,
             "where workers stay in step, links and servers wait for each other and for them");
}

}  // namespace

ClosedForm exchanges_closed_form(const Setup& setup, const Exchanges& plan) {
  ClosedForm form;
  const std::int64_t parameters = setup.mlp.parameters();
  const std::int64_t scalar = setup.mlp.precision.parameters;
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
  // Each fetch is one answer, be it to a push or to a request.
  form.messages =
      Count{plan.pushes() + plan.requests() + plan.fetches()} * traffic.blocks + 2 * in_groups;
  claim_time(setup, plan, form);
  form.memory = memory_of(setup, plan);
  form.server_memory = server_memory_of(setup, plan);
  form.staleness = staleness_of_pushes(setup, plan);
  return form;
}

}  // namespace lockstep::models
