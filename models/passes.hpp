// Forward and backward passes over a run of layers: the programs, their FLOPs, their times. What
// every algorithm does between its messages.
#pragma once

#include <cstdint>

#include "models/closed_form.hpp"
#include "models/worker.hpp"

namespace lockstep::models {

// Layers [first, first + count) of the model.
struct LayerRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// All layers of the model, and the block that stage `stage` of `stages` has.
[[nodiscard]] LayerRange all_layers(const Mlp& mlp);
[[nodiscard]] LayerRange layers_of_stage(const Mlp& mlp, int stages, int stage);
[[nodiscard]] Payload parameters_of(const Mlp& mlp, LayerRange layers);
[[nodiscard]] Payload gradients_of(const Mlp& mlp, LayerRange layers);

[[nodiscard]] Program forward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                   std::int64_t micro_batch = 0);
// From the last layer to the first, gradient by weights before gradient by inputs.
[[nodiscard]] Program backward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                    std::int64_t micro_batch = 0);

// How many products the backward pass of `layers` has: two a layer, one for the model's first.
[[nodiscard]] std::int64_t backward_products(LayerRange layers);

// Adds the FLOPs of one forward and backward pass of the whole model over `samples` samples.
void count_passes(FlopCounts& flops, const Mlp& mlp, Count samples);

[[nodiscard]] double product_s(const Setup& setup, Rank rank, std::int64_t samples);
[[nodiscard]] double update_s(const Setup& setup, Rank rank, std::int64_t parameters,
                              const UpdateRule& rule = sgd_rule);
// Forward and backward through the whole model on `rank`.
[[nodiscard]] double passes_s(const Setup& setup, Rank rank, std::int64_t samples);

// Bytes of the activations that a pass over `layers` layers keeps for the backward pass: the input
// and each layer's output (the derivative of the activation is a function of its output).
[[nodiscard]] Count stashed_bytes(const Mlp& mlp, std::int64_t layers, std::int64_t samples);
// Parameters and gradients of the whole model, and the activations of one mini-batch.
[[nodiscard]] Memory replica_memory(const Setup& setup);

}  // namespace lockstep::models
