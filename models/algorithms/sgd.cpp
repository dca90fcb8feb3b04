// Mini-batch SGD on one worker: what every other algorithm is compared with.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/language/optimizers.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(optimizer_option, momentum_option, beta1_option, beta2_option,
                                      epsilon_option, weight_decay_option);

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange layers = all_layers(setup.mlp);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await forward_pass(worker, layers, setup.batch_per_worker);
    co_await backward_pass(worker, layers, setup.batch_per_worker);
    co_await worker.update(parameters_of(setup.mlp, layers));
  }
}

template <class Term>
Term expression(const Setup& setup) {
  using T = Terms<Term>;
  const Term passes = passes_term<Term>(setup, passes_s(setup, 0, setup.batch_per_worker));
  const Term update = T::seconds("t_update(n)", update_s(setup, 0, setup.mlp.parameters()));
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (passes + update);
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] = iterations * setup.step_rule().flops * setup.mlp.parameters();
  form.makespan = nearest_seconds(expression<double>(setup));
  form.memory = replica_memory(setup);
  return form;
}

}  // namespace

const RegisteredAlgorithm sgd = Algorithm{
    .kind = "sgd",
    .title = "Mini-batch SGD",
    .summary =
        "One worker computes the gradient of a mini-batch and takes a step against it. All "
        "other algorithms are ways to have several workers do this at once.",
    .approximation = "nothing: it is the reference",
    .when_to_use = "When the model fits one device and you can wait.",
    .source =
        "Robbins and Monro, Ann. Math. Statist. 22 (1951); Yook, Lee and Yoo, J. Acoust. Soc. "
        "Korea 39 (2020)",
    .family = Family::sequential,
    .options = options,
    .workers = [](const Options&, int /*hosts*/) { return 1; },
    .servers = no_servers,
    .check = check_betas,
    .program = program,
    .closed_form = closed_form,
    .formula = expression<Formula>,
    .optimizer = chosen_optimizer,
    .samples_of_gradient = all_used_samples,
};

}  // namespace lockstep::models
