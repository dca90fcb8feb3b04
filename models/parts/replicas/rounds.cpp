#include "models/parts/replicas/rounds.hpp"

#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::models {

Rounds rounds_of(const Setup& setup, std::int64_t steps, std::int64_t of_one_step) {
  const std::int64_t iterations = setup.training.iterations;
  const std::int64_t single = std::min(of_one_step, iterations);
  const std::int64_t left = iterations - single;
  const std::int64_t each =
      steps == 0 ? std::max<std::int64_t>(left, 1) : std::min(steps, iterations);
  return {.steps = each,
          .count = single + (left + each - 1) / each,
          .of_one_step = single,
          .inner = &setup.step_rule()};
}

Program local_step(Worker& worker, const UpdateRule& rule) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  co_await worker.begin_iteration();
  co_await mini_batch_passes(worker);
  co_await worker.update(parameters_of(setup.mlp, layers), 0, rule);
}

Program sum_models(Worker& worker, Buffer models) {
  const Setup& setup = worker.setup();
  return allreduce_of(setup.options).program(worker, {models, 0, setup.mlp.parameters()}, 0);
}

Program train_in_rounds(Worker& worker, Rounds rounds) {
  const Setup& setup = worker.setup();
  const Payload model{Buffer::parameters, 0, setup.mlp.parameters()};
  for (std::int64_t round = 0; round < rounds.count; ++round) {
    for (std::int64_t step = 0; step < rounds.steps_of(round, setup.training.iterations); ++step)
      co_await local_step(worker, *rounds.inner);
    co_await sum_models(worker, Buffer::parameters);
    co_await worker.copy(model, Buffer::parameters, 1.0 / setup.workers);
    if (const UpdateRule* rule = rounds.outer_of(round)) co_await worker.update(model, 0, *rule);
  }
}

Program serve_rounds(Worker& server, std::int64_t rounds, Buffer models) {
  const Setup& setup = server.setup();
  const Payload whole{models, 0, setup.mlp.parameters()};
  for (std::int64_t round = 0; round < rounds; ++round)
    co_await allreduce_of(setup.options).serve(server, whole, 0);
}

namespace {

Scalars summed_model(const Setup& setup) {
  return setup.mlp.scalars(ScalarKind::parameter, setup.mlp.parameters());
}

struct Parts {
  double passes_s = 0;
  double update_s = 0;
  ClaimedTime allreduce;
  double outer_s = 0;
  double last_outer_s = 0;
};

double slowest_update_s(const Setup& setup, const UpdateRule* rule) {
  if (rule == nullptr) return 0;
  return setup.slowest_worker_s(update_work(setup.mlp, setup.mlp.parameters(), *rule));
}

Parts parts_of(const Setup& setup, NetworkView& network, const Rounds& rounds) {
  return {
      .passes_s = slowest_passes_s(setup),
      .update_s = slowest_update_s(setup, rounds.inner),
      .allreduce = allreduce_of(setup.options).duration(setup, network, summed_model(setup)),
      .outer_s = slowest_update_s(setup, rounds.outer),
      .last_outer_s = slowest_update_s(setup, rounds.last_outer),
  };
}

template <class Term>
Term expression_of(const Setup& setup, NetworkView& network, const Rounds& rounds,
                   const Parts& parts) {
  using T = Terms<Term>;
  const Term update = T::seconds("t_update(n)", parts.update_s);
  const Term count = T::number("rounds", static_cast<double>(rounds.count));
  const Term sum =
      allreduce_term<Term>(setup, network, ScalarKind::parameter, parts.allreduce.seconds);
  const Term outer = T::seconds("t_outer_update(n)", parts.outer_s);
  const Term local = T::number("iterations", static_cast<double>(setup.training.iterations)) *
                     (passes_term<Term>(setup, parts.passes_s) + update);
  if (rounds.last_outer == nullptr) return local + count * sum;
  if (rounds.outer == rounds.last_outer) return local + count * (sum + outer);
  return local + count * sum + (count - Term(1)) * outer +
         T::seconds("t_last_outer_update(n)", parts.last_outer_s);
}

}  // namespace

Formula rounds_formula(const Setup& setup, const Rounds& rounds) {
  NetworkView network(setup);
  return expression_of<Formula>(setup, network, rounds, parts_of(setup, network, rounds));
}

ClosedForm rounds_closed_form(const Setup& setup, const Rounds& rounds) {
  ClosedForm form;
  const Count parameters = setup.mlp.parameters();
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  Count update_flops = iterations * rounds.inner->flops;
  if (rounds.outer != nullptr) update_flops += Count{rounds.count - 1} * rounds.outer->flops;
  if (rounds.last_outer != nullptr) update_flops += rounds.last_outer->flops;
  form.flops[ComputeKind::update] = setup.workers * parameters * update_flops;
  const CollectiveCounts sum = allreduce_of(setup.options).counts(setup, summed_model(setup));
  form.flops[ComputeKind::reduce] = rounds.count * sum.reduce_flops;
  form.bytes = rounds.count * sum.bytes;
  form.messages = rounds.count * sum.messages;

  NetworkView network(setup);
  Parts parts = parts_of(setup, network, rounds);
  form.makespan = nearest_seconds(expression_of<double>(setup, network, rounds, parts));
  weaken_by_unequal_devices(setup, parts.allreduce);
  form.claim = parts.allreduce.claim;
  form.leaves_out = parts.allreduce.leaves_out;
  note_rough(form,
             form.makespan.seconds() +
                 far_sum * static_cast<double>(rounds.count) * parts.allreduce.seconds,
             "a collective whose messages wait for each other may take far longer");
  form.memory = replica_memory(setup);
  form.memory.versions = update_state_bytes(setup, parameters, *rounds.inner);
  if (rounds.outer != nullptr)
    form.memory.versions += update_state_bytes(setup, parameters, *rounds.outer);
  const Scalars model = summed_model(setup);
  form.memory.buffers =
      Count{allreduce_of(setup.options).unfolded(setup, all_workers(setup), model)} *
      model.bytes_each;
  form.server_memory = allreduce_server_memory(setup, ScalarKind::parameter);
  return form;
}

}  // namespace lockstep::models
