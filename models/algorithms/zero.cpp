// ZeRO, the zero redundancy optimizer: synchronous data parallelism in which each worker owns 1/P
// of what the others need not keep. Stage 1 divides the optimizer's state, stage 2 the gradients
// too, stage 3 the parameters too; what is not kept is gathered when it is needed.
//
//   stage 1   gradients are reduce-scattered, each worker updates its block, parameters allgathered
//   stage 2   the same layer by layer, gradients as soon as a layer's are there
//   stage 3   a layer's parameters are allgathered before its forward pass and again before its
//             backward pass, its gradients reduce-scattered after that
//
// In bytes, 1 and 2 send what an allreduce sends, 3 half as much again: the last layer is gathered
// twice too. Parameters, gradients and state are the paper's; the layer that stages 2 and 3 have
// whole for a moment, its gradients and, of stage 3, its parameters, is among the buffers.
//
// With `prefetch` stage 3 gathers the layer that comes next while it computes one, into a second
// buffer, and reduce-scatters a layer's gradients while the backward pass goes on, one layer after
// another. Gradients of several layers may wait then: as many as the closed form's times say.
//
// With `shard_size` all this goes on in groups of so many workers, hybrid sharding: each group has
// the whole model, and after a reduce-scatter the owners of a block sum it over all groups.
//
// With `accumulation_steps` a worker goes through its mini-batch in parts and keeps the gradients
// of all layers until the last part, in which they are reduce-scattered; stage 3 gathers parameters
// in every part.
//
// With compression gradients are reduce-scattered in encoded form; parameters stay dense. Error
// feedback takes back what dividing gradients saved: a worker's residual is as long as the model.
// Rajbhandari et al.: "ZeRO: memory optimizations toward training trillion parameter models",
// arXiv:1910.02054; groups: Zhao et al.: "PyTorch FSDP", arXiv:2304.11277, section 3.2.2.
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/zero_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/compression/compressed_scatter.hpp"

namespace lockstep::models {

namespace {

using namespace zero_plan;

constexpr IntegerOption stage_option =
    OptionSpec{.name = "stage",
               .type = OptionType::integer,
               .summary =
                   "what is divided over the workers: 1: the optimizer's state; 2: gradients "
                   "too; 3: parameters too",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 3};

std::string idle_prefetch(const Setup& setup) {
  const std::int64_t stage = setup.options[stage_option];
  if (stage < 3) return fmt::format("with stage {}, where nothing is gathered for a pass", stage);
  return setup.workers == 1 ? "with one worker" : std::string{};
}

constexpr BooleanOption prefetch_option =
    OptionSpec{.name = "prefetch",
               .type = OptionType::boolean,
               .summary =
                   "with stage 3: gather the next layer and scatter gradients while one "
                   "layer is computed, with a buffer for another layer",
               .fallback = false,
               .idle = idle_prefetch};

constexpr IntegerOption parts_option = [] {
  OptionSpec spec = accumulation_steps_option;
  spec.summary =
      "in how many equal parts a worker goes through its mini-batch; only one part's activations "
      "are kept, but all layers' gradients until the last part scatters them";
  return spec;
}();

constexpr auto options = option_table(stage_option, parameter_bytes_option, gradient_bytes_option,
                                      optimizer_bytes_option, prefetch_option, shard_size_option,
                                      parts_option, compression_options);

}  // namespace

namespace zero_plan {

bool divides_gradients(const Setup& setup) { return setup.options[stage_option] >= 2; }
bool divides_parameters(const Setup& setup) { return setup.options[stage_option] >= 3; }
bool prefetches(const Setup& setup) {
  return divides_parameters(setup) && setup.options[prefetch_option];
}

}  // namespace zero_plan

namespace {

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const LayerRange all = all_layers(setup.mlp);
  const Payload mine{Buffer::own_parameters, 0, owned_by(setup, worker.rank())};
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    if (prefetches(setup)) {
      co_await prefetching(worker);
    } else if (divides_gradients(setup)) {
      for (std::int64_t part = 0; part < accumulation_steps(setup.options); ++part)
        co_await layer_by_layer(worker, part);
    } else {
      co_await mini_batch_passes(worker);
      co_await scatter_gradients(worker, all);
    }
    co_await worker.update(mine);
    if (divides_parameters(setup)) continue;
    for (const LayerRange& portion : portions_of(setup))
      co_await gather_parameters(worker, portion);
  }
}

}  // namespace

const RegisteredAlgorithm zero = Algorithm{
    .kind = "zero",
    .title = "ZeRO: zero redundancy optimizer",
    .summary =
        "Synchronous SGD in which workers do not all keep the same: each owns a part of the "
        "optimizer's state, of the gradients and of the parameters, as the stage says, and gets "
        "the rest from the others when it needs it.",
    .approximation = "nothing: the same step as SGD on the joined mini-batch",
    .when_to_use = "When the activations fit one device but the model and its optimizer do not.",
    .source = "Rajbhandari et al., arXiv:1910.02054",
    .family = Family::data_parallel,
    .options = options,
    .workers = all_hosts,
    .servers = no_servers,
    .check = zero_plan::check,
    .program = program,
    .closed_form = zero_plan::closed_form,
    .formula = zero_plan::formula,
    .approximation_of =
        [](const Setup& setup) { return approximation_by_compression_alone(setup, setup.workers); },
    .samples_of_gradient = all_used_samples,
    .takes_shares = true,
    .own_ranges = zero_plan::owned_ranges,
};

}  // namespace lockstep::models
