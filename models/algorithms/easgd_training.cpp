// What workers of `easgd` do: steps of their own, and what they exchange with the others or with a
// centre on parameter servers.
#include <vector>

#include "models/algorithms/easgd_plan.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::models::easgd_plan {

namespace {

// One mini-batch of a worker: at x, or with momentum at x + momentum v.
Program passes(Worker& worker) {
  const bool at_x = &step_rule(worker.setup()) == &sgd_rule;
  return mini_batch_passes(worker,
                           {.buffer = at_x ? Buffer::parameters : Buffer::predicted_parameters});
}

// v is nothing at first, and x + momentum v is x.
Program start_ahead(Worker& worker, Payload model) {
  if (&step_rule(worker.setup()) != &sgd_rule)
    co_await worker.copy(model, Buffer::predicted_parameters);
}

// The mean of all models as they are now.
Program average_models(Worker& worker, Payload model) {
  Payload sum = model;
  sum.buffer = Buffer::parameter_sum;
  co_await worker.copy(model, sum.buffer);
  co_await sum_models(worker, sum.buffer);
  co_await worker.copy(sum, sum.buffer, 1.0 / worker.workers());
}

// The worker's exchange number `round`, from 0.
Program pull_centre(Worker& worker, Payload model, std::int64_t round) {
  std::vector<std::int64_t> versions(static_cast<std::size_t>(worker.servers()), 0);
  co_await request_blocks(worker, Buffer::centre, round);
  co_await fetch_blocks(worker, exchange_tag, versions.data());
  co_await worker.update(model, 0, pull_rule);
  co_await push_blocks(worker, {Buffer::elastic_difference, 0, model.count}, exchange_tag,
                       versions.data());
}

}  // namespace

Program train_sync(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const Rounds rounds = schedule_of(setup);
  co_await start_ahead(worker, model);
  if (rounds.outer != nullptr) co_await worker.copy(model, Buffer::centre);
  for (std::int64_t round = 0; round < rounds.count; ++round) {
    for (std::int64_t step = 0; step < rounds.steps_of(round, setup.training.iterations); ++step) {
      co_await worker.begin_iteration();
      co_await passes(worker);
      if (round > 0 && step == 0 && rounds.outer != nullptr)
        co_await worker.update(model, 0, *rounds.outer);  // with the mean of the round before
      co_await worker.update(model, 0, *rounds.inner);
    }
    co_await average_models(worker, model);
  }
  if (rounds.last_outer != nullptr) co_await worker.update(model, 0, *rounds.last_outer);
}

Exchanges plan_of(const Setup& setup) {
  const std::int64_t period = rounds(setup).steps;
  Exchanges plan = exchanges_of(setup, period, period);
  plan.pushed = Buffer::elastic_difference;
  plan.served = Buffer::centre;
  plan.server_rule = &centre_rule;
  plan.local_rule = &step_rule(setup);
  plan.fetch_rule = &pull_rule;
  plan.push_after_fetch = true;
  return plan;
}

Program train_async(Worker& worker) {
  const Setup& setup = worker.setup();
  const Payload model = parameters_of(setup.mlp, all_layers(setup.mlp));
  const Exchanges plan = plan_of(setup);
  co_await start_ahead(worker, model);
  for (std::int64_t step = 0; step < plan.steps; ++step) {
    co_await worker.begin_iteration();
    co_await passes(worker);
    if (step > 0 && step % plan.push_period == 0)
      co_await pull_centre(worker, model, step / plan.push_period - 1);
    co_await worker.update(model, 0, *plan.local_rule);
  }
  co_await pull_centre(worker, model, plan.pushes() - 1);
}

}  // namespace lockstep::models::easgd_plan
