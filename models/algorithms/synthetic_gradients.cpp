// Synthetic gradients (decoupled neural interfaces): a module does not wait for the gradient of its
// output but predicts it from the output, goes back and updates at once.
//
// Each module but the last has a synthesiser, a small network of linear layers as wide as the
// module's output. In every iteration a module takes a mini-batch forward and sends it on, predicts
// its gradient, goes back with that, sends the gradient of its input to the module before, and
// updates. What comes back from above is the target that the synthesiser is trained on. It is
// itself computed from a prediction, and it comes about an iteration later, so that the module
// trains on the target of the mini-batch before and never waits for the present one: w_k <- w_k -
// learning_rate J^T M_k(h_k), and M_k by |M_k(h_k) - target|^2 / 2, a mean over samples, with the
// prediction as it was made. The last layer of a synthesiser is zero at first, so that a
// module begins to learn two mini-batches after the one above. Gradients are those by what enters
// the activation function between two modules. A layer of the synthesiser, with the network's
// activation after each but the last, costs what a layer of the model does: three products.
//
// Targets that are computed from predictions feed an error back from module to module, and plain
// SGD does not damp it: with six modules of digits it learns less than the last layer alone would,
// at any rates, or diverges, while the same synthesisers learn from true gradients. With Adam at a
// rate of 3e-4, which trains the synthesisers too, six modules have 81 % of held-out digits after
// 600 steps. The paper trains by Adam at 3e-5, with batch normalisation, for half a million steps.
// Jaderberg et al.: "Decoupled neural interfaces using synthetic gradients", ICML 2017,
// arXiv:1608.05343.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/synthetic_gradients_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/modules.hpp"
#include "models/parts/stages/stage_steps.hpp"

namespace lockstep::models {

namespace {

using namespace synthetic_gradients_plan;

constexpr auto options = option_table(modules_option, synthesiser_depth_option);

}  // namespace

namespace synthetic_gradients_plan {

Synthesiser synthesiser_of(const Setup& setup, Rank module) {
  if (module + 1 == setup.workers) return {};
  const LayerRange layers = layers_of_stage(setup.mlp, setup.workers, module);
  const std::int64_t last = layers.first + layers.count - 1;
  return {setup.options[synthesiser_depth_option], last, setup.mlp.shape(last).outputs};
}

}  // namespace synthetic_gradients_plan

namespace {

Program predict(Worker& worker, Synthesiser synthesiser, std::int64_t batch) {
  const std::int64_t samples = worker.setup().global_batch;
  for (std::int64_t index = 0; index < synthesiser.depth; ++index)
    co_await worker.synthesise(ComputeKind::forward, synthesiser.layer, index, samples, batch);
}

// On the gradient that the module above has for a mini-batch.
Program train(Worker& worker, Synthesiser synthesiser, std::int64_t batch) {
  if (synthesiser.depth == 0) co_return;
  const std::int64_t samples = worker.setup().global_batch;
  const Message target = co_await worker.receive(worker.rank() + 1, static_cast<Tag>(batch));
  co_await worker.store(target);
  for (std::int64_t index = synthesiser.depth - 1; index >= 0; --index)
    for (const ComputeKind kind : {ComputeKind::backward_weight, ComputeKind::backward_input})
      co_await worker.synthesise(kind, synthesiser.layer, index, samples, batch);
  co_await worker.update({Buffer::synthesiser, 0, synthesiser.parameters()});
}

Program program(Worker& worker) {
  const std::int64_t batches = worker.setup().training.iterations;
  const Synthesiser synthesiser = synthesiser_of(worker.setup(), worker.rank());
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    co_await worker.begin_iteration();
    co_await stage_forward(worker, batch);
    co_await predict(worker, synthesiser, batch);
    co_await stage_backward_from_here(worker, batch);
    co_await stage_update(worker);
    if (batch > 0) co_await train(worker, synthesiser, batch - 1);
  }
  co_await train(worker, synthesiser, batches - 1);
}

}  // namespace

const RegisteredAlgorithm synthetic_gradients = Algorithm{
    .kind = "synthetic_gradients",
    .title = "Synthetic gradients",
    .summary =
        "Each module of layers predicts the gradient of its output with a small network of its "
        "own, and updates at once instead of waiting for the modules above. The true gradient "
        "comes later and trains the predictor.",
    .approximation =
        "gradients are predicted, so biased: not stale, but only as good as the synthesisers, "
        "which learn from gradients that are themselves computed from predictions",
    .when_to_use =
        "To study two or three decoupled modules: plain SGD hardly trains six of them, "
        "which take training.optimizer adam at a small rate; a synthesiser may cost as much as the "
        "layers.",
    .source = "Jaderberg et al., ICML 2017, arXiv:1608.05343",
    .family = Family::model_parallel,
    .options = options,
    .workers = module_workers,
    .servers = no_servers,
    .check = check_modules,
    .program = program,
    .closed_form = synthetic_gradients_plan::closed_form,
    .formula = synthetic_gradients_plan::formula,
    .unflushed = true,
    .samples_of_gradient = all_used_samples,
};

}  // namespace lockstep::models
