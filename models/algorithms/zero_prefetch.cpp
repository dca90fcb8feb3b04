// How workers of `zero` gather what they do not keep and scatter what others keep: between the
// passes or, with `prefetch`, beside them.
#include <cstdint>
#include <optional>

#include "models/algorithms/zero_plan.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/compression/compressed_scatter.hpp"

namespace lockstep::models::zero_plan {

namespace {

const Collective& allgather() { return *find_collective("allgather"); }

constexpr Tag gather_tag = 0;
constexpr Tag scatter_tag = 1;
constexpr Tag sum_tag = 2;

}  // namespace

Program gather_parameters(Worker& worker, LayerRange layers) {
  return allgather().group_program(worker, shard_of(worker.setup(), worker.rank()),
                                   parameters_of(worker.setup().mlp, layers), gather_tag);
}

namespace {

Program scatter_in_groups(Worker& worker, LayerRange layers) {
  const Setup& setup = worker.setup();
  const Payload whole = gradients_of(setup.mlp, layers);
  co_await find_collective("reduce_scatter")
      ->group_program(worker, shard_of(setup, worker.rank()), whole, scatter_tag);
  co_await find_collective("ring")->group_program(worker, replicas_of(setup, worker.rank()),
                                                  block_of(setup, whole, worker.rank()), sum_tag);
}

}  // namespace

Program scatter_gradients(Worker& worker, LayerRange layers) {
  if (replicas(worker.setup()) > 1) return scatter_in_groups(worker, layers);
  return scatter_gradient_sum(worker, gradients_of(worker.setup().mlp, layers), scatter_tag);
}

Program layer_by_layer(Worker& worker, std::int64_t part) {
  const Setup& setup = worker.setup();
  const std::int64_t samples = part_of_mini_batch(setup, worker.rank());
  for (std::int64_t layer = 0; layer < setup.mlp.layers; ++layer) {
    if (divides_parameters(setup)) co_await gather_parameters(worker, {layer, 1});
    co_await worker.forward(layer, samples, part);
  }
  for (std::int64_t layer = setup.mlp.layers - 1; layer >= 0; --layer) {
    if (divides_parameters(setup)) co_await gather_parameters(worker, {layer, 1});
    co_await backward_pass(worker, {layer, 1}, samples, part);
    if (part + 1 == accumulation_steps(setup.options))
      co_await scatter_gradients(worker, {layer, 1});
  }
}

namespace {

// Scatters one layer's gradients once those of the layer before it are.
Program scatter_after(Worker& worker, LayerRange layer, std::optional<std::uint32_t> previous) {
  if (previous) co_await worker.join(*previous);
  co_await scatter_gradients(worker, layer);
}

Program backward_of_layer(Worker& worker, std::int64_t layer,
                          std::optional<std::uint32_t>* scatter) {
  const std::int64_t samples = worker.setup().samples_of(worker.rank());
  co_await worker.backward_weight(layer, samples);
  Program next = scatter_after(worker, {layer, 1}, *scatter);
  *scatter = co_await worker.fork(next);
  if (layer > 0) co_await worker.backward_input(layer, samples);
}

}  // namespace

Program prefetching(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t visits = 2 * setup.mlp.layers;
  std::optional<std::uint32_t> scatter;
  co_await gather_parameters(worker, {0, 1});
  for (std::int64_t visit = 0; visit < visits; ++visit) {
    std::optional<std::uint32_t> gather;
    if (visit + 1 < visits) {
      Program next = gather_parameters(worker, {layer_at(setup, visit + 1), 1});
      gather = co_await worker.fork(next);
    }
    const std::int64_t layer = layer_at(setup, visit);
    if (visit < setup.mlp.layers)
      co_await worker.forward(layer, setup.samples_of(worker.rank()));
    else
      co_await backward_of_layer(worker, layer, &scatter);
    if (gather) co_await worker.join(*gather);
  }
  if (scatter) co_await worker.join(*scatter);
}

}  // namespace lockstep::models::zero_plan
