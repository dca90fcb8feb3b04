#include "models/cost/passes.hpp"

#include <algorithm>

#include "models/language/common_options.hpp"

namespace lockstep::models {

LayerRange all_layers(const Mlp& mlp) { return {0, mlp.layers}; }

LayerRange layers_of_stage(const Mlp& mlp, int stages, int stage) {
  return {block_offset(mlp.layers, stages, stage), block_count(mlp.layers, stages, stage)};
}

Payload parameters_of(const Mlp& mlp, LayerRange layers) {
  return {Buffer::parameters, mlp.parameters({0, layers.first}), mlp.parameters(layers)};
}

Payload gradients_of(const Mlp& mlp, LayerRange layers) {
  Payload payload = parameters_of(mlp, layers);
  payload.buffer = Buffer::gradients;
  return payload;
}

Program forward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                     std::int64_t micro_batch, Tag stop_tag, Weights weights) {
  for (std::int64_t layer = layers.first; layer < layers.first + layers.count; ++layer)
    co_await worker.product(ComputeKind::forward, layer, samples, micro_batch, {}, stop_tag,
                            weights);
}

Program backward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                      std::int64_t micro_batch, Tag stop_tag, Weights weights) {
  for (std::int64_t layer = layers.first + layers.count - 1; layer >= layers.first; --layer) {
    co_await worker.backward_weight(layer, samples, micro_batch, stop_tag);
    if (layer > 0)
      co_await worker.product(ComputeKind::backward_input, layer, samples, micro_batch, {},
                              stop_tag, weights);
  }
}

void count_passes(FlopCounts& flops, const Mlp& mlp, Count samples) {
  const Count product = 2 * samples * mlp.weights(all_layers(mlp));
  flops[ComputeKind::forward] += product;
  flops[ComputeKind::backward_weight] += product;
  flops[ComputeKind::backward_input] += product - 2 * samples * mlp.weights_of_layer(0);
}

double product_s(const Setup& setup, Rank rank, std::int64_t layer, std::int64_t samples) {
  return compute_time(setup.device_of(rank), layer_product(setup.mlp, layer, samples)).seconds();
}

double forward_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  if (layers.count == 0) return 0;
  if (setup.mlp.equally_wide())
    return static_cast<double>(layers.count) * product_s(setup, rank, layers.first, samples);
  double sum_s = 0;
  for (std::int64_t layer = layers.first; layer < layers.first + layers.count; ++layer)
    sum_s += product_s(setup, rank, layer, samples);
  return sum_s;
}

double backward_weight_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  return forward_s(setup, rank, layers, samples);
}

double backward_input_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  if (layers.first == 0 && layers.count > 0) layers = {1, layers.count - 1};
  return forward_s(setup, rank, layers, samples);
}

double backward_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  return backward_weight_s(setup, rank, layers, samples) +
         backward_input_s(setup, rank, layers, samples);
}

double update_s(const Setup& setup, Rank rank, std::int64_t parameters, const UpdateRule& rule) {
  return compute_time(setup.device_of(rank), update_work(setup.mlp, parameters, rule)).seconds();
}

double update_s(const Setup& setup, Rank rank, std::int64_t parameters) {
  return update_s(setup, rank, parameters, setup.step_rule());
}

Work step_work(const Setup& setup, std::int64_t parameters) {
  return update_work(setup.mlp, parameters, setup.step_rule());
}

double fold_s(const Setup& setup, Rank rank, Scalars scalars) {
  return compute_time(setup.device_of(rank), fold(scalars)).seconds();
}

double passes_s(const Setup& setup, Rank rank, std::int64_t samples) {
  const LayerRange layers = all_layers(setup.mlp);
  return forward_s(setup, rank, layers, samples) + backward_s(setup, rank, layers, samples);
}

double slowest_passes_s(const Setup& setup, std::int64_t samples) {
  double slowest_s = 0;
  const Rank distinct = setup.cluster.devices.size() == 1 ? 1 : setup.workers;
  for (Rank rank = 0; rank < distinct; ++rank)
    slowest_s = std::max(slowest_s, passes_s(setup, rank, samples));
  return slowest_s;
}

std::int64_t part_of_mini_batch(const Setup& setup, Rank rank) {
  return setup.samples_of(rank) / accumulation_steps(setup.options);
}

namespace {

Program passes_of_parts(Worker& worker, std::int64_t parts, Weights weights = {}) {
  const Setup& setup = worker.setup();
  const std::int64_t samples = part_of_mini_batch(setup, worker.rank());
  for (std::int64_t part = 0; part < parts; ++part) {
    co_await forward_pass(worker, all_layers(setup.mlp), samples, part, no_tag, weights);
    co_await backward_pass(worker, all_layers(setup.mlp), samples, part, no_tag, weights);
  }
}

}  // namespace

Program mini_batch_passes(Worker& worker, Weights weights) {
  return passes_of_parts(worker, accumulation_steps(worker.setup().options), weights);
}
Program passes_but_last(Worker& worker) {
  return passes_of_parts(worker, accumulation_steps(worker.setup().options) - 1);
}

double mini_batch_s(const Setup& setup, Rank rank) {
  return static_cast<double>(accumulation_steps(setup.options)) *
         passes_s(setup, rank, part_of_mini_batch(setup, rank));
}

double slowest_passes_s(const Setup& setup) {
  return max_over_workers(setup, [&](Rank rank) { return mini_batch_s(setup, rank); });
}

double slowest_product_s(const Setup& setup, std::int64_t layer) {
  return max_over_workers(setup, [&](Rank rank) {
    const Work product = layer_product(setup.mlp, layer, part_of_mini_batch(setup, rank));
    return compute_time(setup.device_of(rank), product).seconds();
  });
}

double waiting_factor(const Setup& setup, int awaited) {
  const std::optional<Slowdown>& slowdown = setup.cluster.slowdown;
  if (!slowdown || slowdown->per == Slowdown::Per::operation) return 1;
  return slowdown->expected_order_statistic(awaited, setup.workers) / slowdown->mean;
}

Count stashed_bytes(const Mlp& mlp, LayerRange layers, std::int64_t samples) {
  if (mlp.equally_wide())
    return Count{layers.count + 1} * samples * mlp.width * mlp.precision.activations;
  Count scalars = 0;
  for (std::int64_t layer = layers.first; layer <= layers.first + layers.count; ++layer)
    scalars += mlp.activations_before(layer);
  return scalars * samples * mlp.precision.activations;
}

Count update_state_bytes(const Setup& setup, Count parameters, const UpdateRule& rule) {
  const Precision& precision = setup.mlp.precision;
  const std::int64_t master = rule.gradients_read > 0 ? precision.master_copy : 0;
  return setup.measured.empty() ? parameters * (rule.copies * precision.optimizer_state + master)
                                : 0;
}

Count update_state_bytes(const Setup& setup, Count parameters) {
  return update_state_bytes(setup, parameters, setup.step_rule());
}

Memory replica_memory(const Setup& setup) {
  const Count parameters = setup.mlp.parameters();
  return {.parameters = parameters * setup.mlp.precision.parameters,
          .gradients = parameters * setup.mlp.precision.gradients,
          .activations = stashed_bytes(setup.mlp, all_layers(setup.mlp),
                                       setup.batch_per_worker / accumulation_steps(setup.options)),
          .versions = update_state_bytes(setup, parameters)};
}

}  // namespace lockstep::models
