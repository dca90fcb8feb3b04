#include "models/parts/stages/layer_block.hpp"

#include "models/cost/passes.hpp"

namespace lockstep::models {

Payload activations_before(const Setup& setup, Buffer buffer, std::int64_t layer,
                           std::int64_t samples, std::int64_t micro_batch) {
  const std::int64_t count =
      setup.measured.empty() ? samples * setup.mlp.activations_before(layer)
                             : setup.measured[static_cast<std::size_t>(layer - 1)].activation_bytes;
  return {.buffer = buffer,
          .count = count,
          .layer = static_cast<std::int32_t>(layer),
          .micro_batch = static_cast<std::int32_t>(micro_batch)};
}

std::int64_t activation_bytes_before(const Setup& setup, std::int64_t layer, std::int64_t samples) {
  return scalars_of(setup.mlp, activations_before(setup, Buffer::activations, layer, samples, 0))
      .bytes();
}

Program block_forward(Worker& worker, LayerBlock block, std::int64_t samples,
                      std::int64_t micro_batch, Weights weights, std::int64_t* version) {
  if (block.previous.exists()) {
    const Message input = co_await worker.receive(block.previous.rank, block.previous.activations);
    co_await worker.store(input);
    if (version != nullptr) *version = input.version;
  }
  if (version != nullptr) weights.version = *version;
  co_await forward_pass(worker, block.layers, samples, micro_batch, no_tag, weights);
  co_await post_activations(worker, block, samples, micro_batch, version == nullptr ? 0 : *version);
}

Program block_backward(Worker& worker, LayerBlock block, std::int64_t samples,
                       std::int64_t micro_batch, bool rematerialize, Weights weights) {
  Message gradient;
  if (block.next.exists())
    gradient = co_await worker.receive(block.next.rank, block.next.gradients);
  if (rematerialize)
    co_await forward_pass(worker, block.layers, samples, micro_batch, no_tag, weights);
  if (block.next.exists()) co_await worker.store(gradient);
  co_await block_backward_from_here(worker, block, samples, micro_batch, weights);
}

Program block_backward_from_here(Worker& worker, LayerBlock block, std::int64_t samples,
                                 std::int64_t micro_batch, Weights weights) {
  const Setup& setup = worker.setup();
  if (setup.measured.empty()) {
    co_await backward_pass(worker, block.layers, samples, micro_batch, no_tag, weights);
  } else {  // a measured first stage has gradients by its inputs, as it was measured
    co_await worker.backward_weight(worker.rank(), samples, micro_batch);
    co_await worker.backward_input(worker.rank(), samples, micro_batch);
  }
  co_await post_gradient(worker, block, samples, micro_batch);
}

Program receive_activations(Worker& worker, LayerBlock block) {
  if (!block.previous.exists()) co_return;
  co_await worker.store(co_await worker.receive(block.previous.rank, block.previous.activations));
}

Program receive_gradient(Worker& worker, LayerBlock block) {
  if (!block.next.exists()) co_return;
  co_await worker.store(co_await worker.receive(block.next.rank, block.next.gradients));
}

// Measured stages also measure the gradients of the inputs of the first one.
Program block_input_gradients(Worker& worker, LayerRange layers, std::int64_t samples,
                              std::int64_t micro_batch) {
  for (std::int64_t layer = layers.end() - 1; layer >= layers.first; --layer)
    if (layer > 0 || !worker.setup().measured.empty())
      co_await worker.backward_input(layer, samples, micro_batch);
}

Program block_weight_gradients(Worker& worker, LayerRange layers, std::int64_t samples,
                               std::int64_t micro_batch) {
  for (std::int64_t layer = layers.end() - 1; layer >= layers.first; --layer)
    co_await worker.backward_weight(layer, samples, micro_batch);
}

Program post_activations(Worker& worker, LayerBlock block, std::int64_t samples,
                         std::int64_t micro_batch, std::int64_t version) {
  if (!block.next.exists()) co_return;
  co_await worker.post(block.next.rank, block.next.activations,
                       activations_before(worker.setup(), Buffer::activations, block.layers.end(),
                                          samples, micro_batch),
                       version);
}

Program post_gradient(Worker& worker, LayerBlock block, std::int64_t samples,
                      std::int64_t micro_batch) {
  if (!block.previous.exists()) co_return;
  co_await worker.post(block.previous.rank, block.previous.gradients,
                       activations_before(worker.setup(), Buffer::activation_gradients,
                                          block.layers.first, samples, micro_batch));
}

Count block_stash_bytes(const Setup& setup, LayerRange layers, std::int64_t samples) {
  if (!setup.measured.empty())
    return setup.measured[static_cast<std::size_t>(layers.first)].activation_bytes;
  return stashed_bytes(setup.mlp, layers, samples);
}

Payload block_parameters(const Setup& setup, LayerRange layers) {
  if (!setup.measured.empty())
    return {Buffer::parameters, 0,
            setup.measured[static_cast<std::size_t>(layers.first)].parameter_bytes};
  return parameters_of(setup.mlp, layers);
}

double block_forward_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  if (const MeasuredStage* measured = setup.measured_stage(rank))
    return measured->forward.seconds();
  return forward_s(setup, rank, layers, samples);
}

double block_backward_s(const Setup& setup, Rank rank, LayerRange layers, std::int64_t samples) {
  if (const MeasuredStage* measured = setup.measured_stage(rank))
    return measured->backward_input.seconds() + measured->backward_weight.seconds();
  return backward_s(setup, rank, layers, samples);
}

double block_backward_weight_s(const Setup& setup, Rank rank, LayerRange layers,
                               std::int64_t samples) {
  if (const MeasuredStage* measured = setup.measured_stage(rank))
    return measured->backward_weight.seconds();
  return backward_weight_s(setup, rank, layers, samples);
}

double block_update_s(const Setup& setup, Rank rank, LayerRange layers) {
  return setup.measured.empty() ? update_s(setup, rank, setup.mlp.parameters(layers)) : 0;
}

double block_message_s(const Setup& setup, NetworkView& network, Rank from, Rank to,
                       std::int64_t bytes) {
  const MeasuredStage* measured = setup.measured_stage(from);
  if (measured != nullptr && measured->send) return measured->send->seconds();
  return network.message(from, to, bytes).seconds();
}

}  // namespace lockstep::models
