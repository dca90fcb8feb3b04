// Elastic averaging SGD: every worker trains a model x of its own, tied to a centre c by an elastic
// force. Synchronous: after a round of local steps, with m the mean of all x as they are then,
//
//   x <- x - alpha (x - c);  c <- c + beta (m - c),  alpha = beta / P, c on the right the old one
//
// and beta is the elasticity. Every worker keeps the same centre, so one allreduce gives all of
// them m. Asynchronous: parameter servers have the centre; after a round of its own a worker asks
// for it, moves by d, and sends d, which moves the centre while the worker goes on:
//
//   d = alpha (x - c);  x <- x - d;  c <- c + d
//
// As in the paper the next gradient is that of x before it is pulled. The run ends with c, which
// the last, maybe shorter round moves too. With momentum (EAMSGD, Nesterov's) a local step is
//
//   v <- momentum v - learning_rate g(x + momentum v);  x <- x + v
//
// Zhang, Choromanska and LeCun: "Deep learning with elastic averaging SGD", NIPS 2015, sections 2
// and 3, algorithms 1 and 2.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

// The paper's alpha.
double pull_of(const Setup& setup) { return setup.options.number("elasticity") / setup.workers; }

void elastic_step(UpdateSite& site) {
  const auto alpha = static_cast<float>(pull_of(*site.setup));
  const auto beta = static_cast<float>(site.setup->options.number("elasticity"));
  const std::span<float> centre = site.other(Buffer::centre);
  const std::span<const float> mean = site.other(Buffer::parameter_sum);
  for (std::size_t i = 0; i < centre.size(); ++i) {
    site.parameters[i] -= alpha * (site.parameters[i] - centre[i]);
    centre[i] += beta * (mean[i] - centre[i]);
  }
}

void pull_step(UpdateSite& site) {
  const auto alpha = static_cast<float>(pull_of(*site.setup));
  const std::span<const float> centre = site.other(Buffer::centre);
  const std::span<float> difference = site.other(Buffer::elastic_difference);
  for (std::size_t i = 0; i < centre.size(); ++i) {
    difference[i] = alpha * (site.parameters[i] - centre[i]);
    site.parameters[i] -= difference[i];
  }
}

// The parameters are the centre here.
void centre_step(UpdateSite& site) {
  const std::span<const float> difference = site.other(Buffer::elastic_difference);
  for (std::size_t i = 0; i < difference.size(); ++i) site.parameters[i] += difference[i];
}

void step_ahead(UpdateSite& site) {
  const auto momentum = static_cast<float>(site.setup->options.number("momentum"));
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> velocity = site.state(0);
  const std::span<float> ahead = site.other(Buffer::predicted_parameters);
  for (std::size_t i = 0; i < velocity.size(); ++i) {
    velocity[i] = momentum * velocity[i] - rate * site.gradients[i];
    site.parameters[i] += velocity[i];
    ahead[i] = site.parameters[i] + momentum * velocity[i];
  }
}

// FLOPs a parameter: x 3, c 3. Reads x, c and the sum of all x; writes x and c.
constexpr UpdateRule elastic_rule = {.name = "elastic",
                                     .flops = 6,
                                     .scalars_touched = 5,
                                     .copies = 1,
                                     .gradients_read = 0,
                                     .step = elastic_step};

// Asynchronous: d 2 and x 1 on the worker, c 1 on the server. Reads x and c, writes x and d; reads
// c and d, writes c.
constexpr UpdateRule pull_rule = {.name = "elastic pull",
                                  .flops = 3,
                                  .scalars_touched = 4,
                                  .gradients_read = 0,
                                  .step = pull_step};
constexpr UpdateRule centre_rule = {
    .name = "centre", .flops = 1, .scalars_touched = 3, .gradients_read = 0, .step = centre_step};
// v 3, x 1, and x + momentum v for the next gradient 1, its product being the next v's too. Reads
// x, v, g; writes x, v, x + momentum v.
constexpr UpdateRule look_ahead_rule = {
    .name = "nesterov", .flops = 5, .scalars_touched = 6, .copies = 1, .step = step_ahead};

constexpr std::array<std::string_view, 2> communications = {"sync", "async"};

std::string idle_mean_allreduce(const Setup& setup) {
  const std::string alone = idle_allreduce(setup);
  return alone.empty() ? setup.options.unless_chosen("communication", "sync") : alone;
}

constexpr std::array options = {
    OptionSpec{.name = "communication",
               .type = OptionType::choice,
               .summary = "sync: an allreduce of all models; async: each worker and the centre on "
                          "parameter servers, when the worker is ready",
               .fallback = std::string_view{"sync"},
               .choices = communications},
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary = "after how many local steps models and centre pull at each other; "
                          "0 or \"end\": once, at the end",
               .fallback = std::int64_t{10},
               .least = 0,
               .most = 1e9,
               .zero_name = "end"},
    OptionSpec{.name = "elasticity",
               .type = OptionType::number,
               .summary = "the paper's beta: how far the centre goes towards the mean; each model "
                          "goes a P-th of that towards the centre",
               .fallback = 0.9,
               .least = 0,
               .most = 1},
    OptionSpec{.name = "momentum",
               .type = OptionType::number,
               .summary = "Nesterov's, of local steps (the paper's delta): 0 is EASGD, others are "
                          "EAMSGD; the paper has 0.99 as far as is known",
               .fallback = 0.0,
               .least = 0,
               .most = 1,
               .below_most = true},
    with_idle(allreduce_option, idle_mean_allreduce),
    allreduce_servers_option,
    allreduce_placement_option,
};

bool is_async(const Options& chosen) { return chosen.choice("communication") == "async"; }

const UpdateRule& step_rule(const Setup& setup) {
  return setup.options.number("momentum") == 0 ? sgd_rule : look_ahead_rule;
}

// One worker is its own mean: it has no centre and is `sgd`.
Rounds schedule_of(const Setup& setup) {
  Rounds rounds = rounds_of(setup, setup.options.integer("sync_period"));
  rounds.inner = &step_rule(setup);
  if (setup.workers > 1) rounds.outer = rounds.last_outer = &elastic_rule;
  return rounds;
}

Exchanges plan_of(const Setup& setup) {
  const std::int64_t period = rounds_of(setup, setup.options.integer("sync_period")).steps;
  Exchanges plan = exchanges_of(setup, period, period);
  plan.pushed = Buffer::elastic_difference;
  plan.served = Buffer::centre;
  plan.server_rule = &centre_rule;
  plan.local_rule = &step_rule(setup);
  plan.fetch_rule = &pull_rule;
  plan.push_after_fetch = true;
  return plan;
}

OperationAwaiter with_weights(OperationAwaiter product, Buffer weights) {
  std::get_if<Compute>(&product.operation)->weights = weights;
  return product;
}

// Of one mini-batch, at x, or with momentum at x + momentum v.
Program passes(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t samples = setup.batch_per_worker;
  const Buffer weights =
      &step_rule(setup) == &sgd_rule ? Buffer::parameters : Buffer::predicted_parameters;
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer)
    co_await with_weights(worker.forward(layer, samples), weights);
  for (std::int64_t layer = setup.mlp.layers - 1; layer >= 0; --layer) {
    co_await worker.backward_weight(layer, samples);
    if (layer > 0) co_await with_weights(worker.backward_input(layer, samples), weights);
  }
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

// The worker's exchange number `round`, from 0.
Program pull_centre(Worker& worker, Payload model, std::int64_t round) {
  std::vector<std::int64_t> versions(static_cast<std::size_t>(worker.servers()), 0);
  co_await request_blocks(worker, Buffer::centre, round);
  co_await fetch_blocks(worker, exchange_tag, versions.data());
  co_await worker.update(model, 0, pull_rule);
  co_await push_blocks(worker, {Buffer::elastic_difference, 0, model.count}, exchange_tag,
                       versions.data());
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

Program program(Worker& worker) {
  if (is_async(worker.setup().options))
    return worker.is_server() ? serve_exchanges(worker, plan_of(worker.setup()))
                              : train_async(worker);
  if (worker.is_server())
    return serve_rounds(worker, schedule_of(worker.setup()).count, Buffer::parameter_sum);
  return train_sync(worker);
}

ClosedForm closed_form(const Setup& setup) {
  const bool async = is_async(setup.options);
  ClosedForm form = async ? exchanges_closed_form(setup, plan_of(setup))
                          : rounds_closed_form(setup, schedule_of(setup));
  std::int64_t copies = 0;  // beside those that the rules keep: v, and without servers the centre
  if (async) copies += 1;   // the centre, then d in its place
  if (!async && setup.workers > 1) copies += 1;            // the sum
  if (&step_rule(setup) == &look_ahead_rule) copies += 1;  // x + momentum v
  form.memory.versions += copies * form.memory.parameters;
  return form;
}

Formula formula(const Setup& setup) {
  return is_async(setup.options) ? exchanges_formula(setup, plan_of(setup))
                                 : rounds_formula(setup, schedule_of(setup));
}

int servers(const Options& chosen) {
  return is_async(chosen) ? parameter_servers(chosen) : allreduce_servers(chosen);
}
void check(const Setup& setup, Faults& faults) {
  if (!is_async(setup.options)) check_allreduce(setup, faults);
}

}  // namespace

const RegisteredAlgorithm easgd = Algorithm{
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
    .workers = data_parallel_workers<servers>,
    .servers = servers,
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{
              "pulls models at each other after steps of SGD, or of Nesterov's momentum by its "
              "option momentum"};
        },
    .asynchronous = true,  // with communication "async"
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
