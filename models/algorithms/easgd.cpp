// Elastic averaging SGD, synchronous: every worker trains a model x of its own, tied to a centre c
// by an elastic force. After a round of local steps, with m the mean of all x as they are then,
//
//   x <- x - alpha (x - c);  c <- c + beta (m - c),  alpha = beta / P, c on the right the old one
//
// and beta is the elasticity. Every worker keeps the same centre, so one allreduce gives all of
// them m. As in the paper the next gradient is that of x before it is pulled. The run ends with c,
// which the last, maybe shorter round moves too. Zhang, Choromanska and LeCun: "Deep learning with
// elastic averaging SGD", NIPS 2015, section 2.
#include "models/algorithm.hpp"
#include "models/allreduce.hpp"
#include "models/passes.hpp"
#include "models/rounds.hpp"

namespace lockstep::models {

namespace {

// FLOPs a parameter: x 3, c 3. Reads x, c and the sum of all x; writes x and c.
constexpr UpdateRule elastic_rule = {.name = "elastic", .flops = 6, .scalars_touched = 5};

constexpr std::array options = {
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary = "after how many local steps models and centre pull at each other; "
                          "0: once, at the end",
               .fallback = std::int64_t{10},
               .least = 0,
               .most = 1e9},
    OptionSpec{.name = "elasticity",
               .type = OptionType::number,
               .summary = "the paper's beta: how far the centre goes towards the mean; each model "
                          "goes a P-th of that towards the centre",
               .fallback = 0.9,
               .least = 0,
               .most = 1},
    allreduce_option,
    servers_option,
    placement_option,
};

// One worker is its own mean: it has no centre and is `sgd`.
Rounds schedule_of(const Setup& setup) {
  Rounds rounds = rounds_of(setup, setup.options.integer("sync_period"));
  if (setup.workers > 1) rounds.outer = rounds.last_outer = &elastic_rule;
  return rounds;
}

Program train(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  const Payload model = parameters_of(setup.mlp, layers);
  const Rounds rounds = schedule_of(setup);
  for (std::int64_t round = 0; round < rounds.count; ++round) {
    for (std::int64_t step = 0; step < rounds.steps_of(round, setup.training.iterations); ++step) {
      co_await worker.begin_iteration();
      co_await forward_pass(worker, layers, setup.batch_per_worker);
      co_await backward_pass(worker, layers, setup.batch_per_worker);
      if (round > 0 && step == 0 && rounds.outer != nullptr)
        co_await worker.update(model, 0, *rounds.outer);  // with the mean of the round before
      co_await worker.update(model);
    }
    co_await sum_models(worker, Buffer::parameter_sum);
  }
  if (rounds.last_outer != nullptr) co_await worker.update(model, 0, *rounds.last_outer);
}

Program program(Worker& worker) {
  if (worker.is_server())
    return serve_rounds(worker, schedule_of(worker.setup()).count, Buffer::parameter_sum);
  return train(worker);
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form = rounds_closed_form(setup, schedule_of(setup));
  if (setup.workers > 1) form.memory.versions = 2 * form.memory.parameters;  // centre and sum
  return form;
}
Formula formula(const Setup& setup) { return rounds_formula(setup, schedule_of(setup)); }

}  // namespace

extern const Algorithm easgd;
const Algorithm easgd = {
    .kind = "easgd",
    .title = "Elastic averaging SGD",
    .summary =
        "Each worker trains a model of its own, and now and then models and a common centre pull "
        "at each other like springs. Models stay apart and explore; the centre is the result.",
    .approximation =
        "models agree with the centre only elastically: they are never equal, and follow "
        "their own gradients for sync_period steps",
    .when_to_use = "Instead of model averaging when workers should explore more than one optimum.",
    .source = "Zhang, Choromanska and LeCun, NIPS 2015, arXiv:1412.6651",
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<allreduce_servers>,
    .servers = allreduce_servers,
    .check = check_allreduce,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
};

}  // namespace lockstep::models
