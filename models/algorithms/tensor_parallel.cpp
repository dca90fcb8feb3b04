// Tensor parallelism: every worker has a part of every layer and computes it for the whole
// mini-batch; after a layer, or every other one, the workers put their activations together.
//
// A mini-batch takes 2L - 1 collectives by columns or by rows (none for gradients by the model's
// inputs), L - 1 allreduces in pairs. Krizhevsky: "One weird trick for parallelizing convolutional
// neural networks", arXiv:1404.5997; Shoeybi et al.: "Megatron-LM", arXiv:1909.08053.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/near_bound.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(split_option, group_allreduce_option);

SplitPass pass_of(const Setup& setup) {
  return {all_workers(setup), all_layers(setup.mlp), setup.global_batch};
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const SplitPass pass = pass_of(setup);
  const Payload mine{Buffer::own_parameters, 0, setup.mlp.parameters() / setup.workers};
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    co_await split_forward(worker, pass);
    co_await split_backward(worker, pass);
    co_await worker.update(mine);
  }
}

template <class Term>
Term expression_of(const Setup& setup, const SplitTimes& times) {
  using T = Terms<Term>;
  const std::int64_t mine = setup.mlp.parameters() / setup.workers;
  return T::number("iterations", static_cast<double>(setup.training.iterations)) *
         (T::seconds("t_passes(layers/P)", times.products_s()) +
          T::seconds("t_exchange(activations)", times.exchanges.seconds) +
          T::seconds("t_update(n/P)", setup.slowest_worker_s(step_work(setup, mine))));
}

Formula formula(const Setup& setup) {
  NetworkView network(setup);
  return expression_of<Formula>(setup, split_times(setup, network, pass_of(setup)));
}

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form;
  const Count iterations = setup.training.iterations;
  const SplitPass pass = pass_of(setup);
  count_passes(form.flops, setup.mlp, iterations * setup.global_batch);
  form.flops[ComputeKind::update] = iterations * setup.step_rule().flops * setup.mlp.parameters();
  count_split_exchanges(form, setup, pass, iterations);
  NetworkView network(setup);
  SplitTimes times = split_times(setup, network, pass);
  form.makespan = nearest_seconds(expression_of<double>(setup, times));
  weaken_by_unequal_devices(setup, times.exchanges);
  form.claim = times.exchanges.claim;
  form.leaves_out = times.exchanges.leaves_out;
  note_rough(form,
             form.makespan.seconds() +
                 far_sum * static_cast<double>(setup.training.iterations) * times.exchanges.seconds,
             "sums may take longer");
  form.memory = split_memory(setup, pass);
  return form;
}

}  // namespace

const RegisteredAlgorithm tensor_parallel = Algorithm{
    .kind = "tensor_parallel",
    .title = "Tensor parallelism",
    .summary =
        "Every worker has a part of each layer and works on the whole mini-batch. The workers "
        "exchange activations in the middle of each pass, and wait for them.",
    .approximation = "nothing: the same products, each computed in parts",
    .when_to_use =
        "When a layer does not fit one device, over the fastest links there are: nothing hides "
        "the exchanges.",
    .source = "Krizhevsky, arXiv:1404.5997; Shoeybi et al., arXiv:1909.08053",
    .family = Family::model_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = [](const Setup& setup, Faults& faults) { check_split(setup, setup.workers, faults); },
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .samples_of_gradient = all_used_samples,
    .own_ranges =
        [](const Setup& setup, Rank rank) {
          return split_ranges(setup, all_layers(setup.mlp), setup.workers, rank);
        },
};

}  // namespace lockstep::models
