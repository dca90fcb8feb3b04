#include "models/parts/replicas/shared_steps.hpp"

#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"

namespace lockstep::models {

Program shared_step(Worker& worker, std::int64_t samples) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload model = parameters_of(setup.mlp, layers);
  const Message read = co_await worker.read_shared(model);
  co_await forward_pass(worker, layers, samples);
  co_await backward_pass(worker, layers, samples);
  co_await worker.hold_shared(model);
  co_await worker.update_shared(model, read.version, sgd_rule);
}

Program shared_steps_program(Worker& worker, SharedSteps steps) {
  for (std::int64_t iteration = 0; iteration < worker.setup().training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t step = 0; step < steps.steps; ++step)
      co_await shared_step(worker, steps.samples);
  }
}

BusTimes bus_times(const Setup& setup, ScalarKind kind) {
  if (setup.workers == 1) return {};
  NetworkView network(setup);
  const std::int64_t bytes = setup.mlp.scalars(kind, setup.mlp.parameters()).bytes();
  const Sharing sharing = setup.cluster.sharing;
  BusTimes bus;
  bus.exact = sharing != Sharing::single_port && setup.same_devices();
  // Any two nodes are joined by the bus.
  const bool shared = bus.exact && sharing == Sharing::max_min;
  bus.access_s = network.message(0, 1, bytes, shared ? setup.workers : 1).seconds();
  if (sharing == Sharing::max_min) bus.taken_s = network.transfer_s(0, 1, bytes);
  if (sharing == Sharing::single_port) bus.taken_s = bus.access_s;
  return bus;
}

void claim_shared(const Setup& setup, const BusTimes& bus, double chain_s, std::int64_t accesses,
                  ClosedForm& form) {
  if (bus.exact) return;
  form.claim = TimeClaim::lower_bound;
  form.leaves_out = "cores that wait for each other at the bus";
  const double others_s = (setup.workers - 1) * static_cast<double>(accesses) * bus.taken_s;
  note_rough(form, chain_s + others_s, "each core may wait for all others at the bus");
}

ClaimedStaleness staleness_of_steps(const Setup& setup, std::int64_t updates) {
  ClaimedStaleness staleness = staleness_at_most(setup.workers, updates);
  const Cluster& cluster = setup.cluster;
  const bool steady = !cluster.slowdown && cluster.endpoint.is_free() && cluster.cores == 0;
  if (setup.workers == 1 || !steady || !bus_times(setup).exact) return staleness;
  return {staleness.mean, setup.workers - 1};
}

namespace {

template <class Term>
Term expression(const Setup& setup, SharedSteps steps, const BusTimes& bus) {
  using T = Terms<Term>;
  const auto update = [&](Rank rank) {
    return update_s(setup, rank, setup.mlp.parameters(), sgd_rule);
  };
  const Rank slowest = slowest_worker(
      setup, [&](Rank rank) { return passes_s(setup, rank, steps.samples) + update(rank); });
  const Term step = passes_term<Term>(setup, passes_s(setup, slowest, steps.samples)) +
                    T::seconds("t_update(n)", update(slowest));
  const Term each = with_accesses(setup, bus, step, 2);
  const Term iterations = T::number("iterations", static_cast<double>(setup.training.iterations));
  if (steps.steps == 1) return iterations * each;
  return iterations * T::number("b", static_cast<double>(steps.steps)) * each;
}

}  // namespace

Formula shared_steps_formula(const Setup& setup, SharedSteps steps) {
  return expression<Formula>(setup, steps, bus_times(setup));
}

ClosedForm shared_steps_closed_form(const Setup& setup, SharedSteps steps) {
  ClosedForm form;
  const Count parameters = setup.mlp.parameters();
  const Count updates = Count{setup.training.iterations} * setup.workers * steps.steps;
  count_passes(form.flops, setup.mlp, updates * steps.samples);
  form.flops[ComputeKind::update] = updates * sgd_rule.flops * parameters;
  const BusTimes bus = bus_times(setup);
  form.makespan = nearest_seconds(expression<double>(setup, steps, bus));
  claim_shared(setup, bus, expression<double>(setup, steps, bus_for_one(bus)),
               2 * setup.training.iterations * steps.steps, form);
  form.memory = replica_memory(setup);
  form.memory.activations = stashed_bytes(setup.mlp, all_layers(setup.mlp), steps.samples);
  if (setup.workers == 1) return form;
  form.messages = 2 * updates;
  form.bytes = form.messages * parameters * setup.mlp.precision.parameters;
  form.staleness = staleness_of_steps(setup, setup.training.iterations * steps.steps);
  return form;
}

}  // namespace lockstep::models
