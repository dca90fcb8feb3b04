#include "models/passes.hpp"

namespace lockstep::models {

LayerRange all_layers(const Mlp& mlp) { return {0, mlp.layers}; }

LayerRange layers_of_stage(const Mlp& mlp, int stages, int stage) {
  return {block_offset(mlp.layers, stages, stage), block_count(mlp.layers, stages, stage)};
}

Payload parameters_of(const Mlp& mlp, LayerRange layers) {
  return {Buffer::parameters, layers.first * mlp.parameters_per_layer(),
          layers.count * mlp.parameters_per_layer()};
}

Payload gradients_of(const Mlp& mlp, LayerRange layers) {
  Payload payload = parameters_of(mlp, layers);
  payload.buffer = Buffer::gradients;
  return payload;
}

Program forward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                     std::int64_t micro_batch) {
  for (std::int64_t layer = layers.first; layer < layers.first + layers.count; ++layer)
    co_await worker.forward(layer, samples, micro_batch);
}

Program backward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                      std::int64_t micro_batch) {
  for (std::int64_t layer = layers.first + layers.count - 1; layer >= layers.first; --layer) {
    co_await worker.backward_weight(layer, samples, micro_batch);
    if (layer > 0) co_await worker.backward_input(layer, samples, micro_batch);
  }
}

std::int64_t backward_products(LayerRange layers) {
  return 2 * layers.count - (layers.first == 0 ? 1 : 0);
}

void count_passes(FlopCounts& flops, const Mlp& mlp, Count samples) {
  const Count product = 2 * samples * mlp.width * mlp.width;
  flops[ComputeKind::forward] += product * mlp.layers;
  flops[ComputeKind::backward_weight] += product * mlp.layers;
  flops[ComputeKind::backward_input] += product * (mlp.layers - 1);
}

double product_s(const Setup& setup, Rank rank, std::int64_t samples) {
  return compute_time(setup.device_of(rank), layer_product(setup.mlp, samples)).seconds();
}

double update_s(const Setup& setup, Rank rank, std::int64_t parameters, const UpdateRule& rule) {
  return compute_time(setup.device_of(rank), update_work(setup.mlp, parameters, rule)).seconds();
}

double passes_s(const Setup& setup, Rank rank, std::int64_t samples) {
  const std::int64_t products = setup.mlp.layers + backward_products(all_layers(setup.mlp));
  return static_cast<double>(products) * product_s(setup, rank, samples);
}

Count stashed_bytes(const Mlp& mlp, std::int64_t layers, std::int64_t samples) {
  return Count{layers + 1} * samples * mlp.width * mlp.bytes_per_scalar;
}

Memory replica_memory(const Setup& setup) {
  const Count model_bytes = Count{setup.mlp.parameters()} * setup.mlp.bytes_per_scalar;
  return {.parameters = model_bytes,
          .gradients = model_bytes,
          .activations = stashed_bytes(setup.mlp, setup.mlp.layers, setup.batch_per_worker),
          .versions = 0};
}

}  // namespace lockstep::models
