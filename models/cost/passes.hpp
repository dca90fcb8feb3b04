// Forward and backward passes over a run of layers: the programs, their FLOPs, their times. What
// every algorithm does between its messages.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// All layers of the model, and the block that stage `stage` of `stages` has.
[[nodiscard]] LayerRange all_layers(const Mlp& mlp);
[[nodiscard]] LayerRange layers_of_stage(const Mlp& mlp, int stages, int stage);
[[nodiscard]] Payload parameters_of(const Mlp& mlp, LayerRange layers);
[[nodiscard]] Payload gradients_of(const Mlp& mlp, LayerRange layers);

// A pass ends when a posted message with `stop_tag` arrives.
[[nodiscard]] Program forward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                   std::int64_t micro_batch = 0, Tag stop_tag = no_tag,
                                   Weights weights = {});
// From the last layer to the first, gradient by weights before gradient by inputs.
[[nodiscard]] Program backward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                    std::int64_t micro_batch = 0, Tag stop_tag = no_tag,
                                    Weights weights = {});

// Both through the whole model, with the samples and parameters of `like`.
[[nodiscard]] Program passes(Worker& worker, Compute like);

// Adds the FLOPs of one forward and backward pass of the whole model over `samples` samples.
void count_passes(FlopCounts& flops, const Mlp& mlp, Count samples);

// The times of passes over `layers` on `rank`'s device: each a sum of the products of its layers.
[[nodiscard]] double product_s(const Setup& setup, Rank rank, std::int64_t layer,
                               std::int64_t samples);
[[nodiscard]] double forward_s(const Setup& setup, Rank rank, LayerRange layers,
                               std::int64_t samples);
[[nodiscard]] double backward_weight_s(const Setup& setup, Rank rank, LayerRange layers,
                                       std::int64_t samples);
[[nodiscard]] double backward_input_s(const Setup& setup, Rank rank, LayerRange layers,
                                      std::int64_t samples);
[[nodiscard]] double backward_s(const Setup& setup, Rank rank, LayerRange layers,
                                std::int64_t samples);
// By the training's optimizer, or by another rule.
[[nodiscard]] double update_s(const Setup& setup, Rank rank, std::int64_t parameters);
[[nodiscard]] double update_s(const Setup& setup, Rank rank, std::int64_t parameters,
                              const UpdateRule& rule);
[[nodiscard]] Work step_work(const Setup& setup, std::int64_t parameters);
[[nodiscard]] double fold_s(const Setup& setup, Rank rank, Scalars scalars);
// Forward and backward through the whole model on `rank`, and on the slowest of the workers.
[[nodiscard]] double passes_s(const Setup& setup, Rank rank, std::int64_t samples);
[[nodiscard]] double slowest_passes_s(const Setup& setup, std::int64_t samples);
// What waiting for the first `awaited` workers makes of the mean factor on compute times: an order
// statistic of the P workers' draws. Factors that change with every operation even out instead.
[[nodiscard]] double waiting_factor(const Setup& setup, int awaited);
// The least and the most that `seconds(rank)` is over the workers; it depends on the device alone.
template <class Seconds>
[[nodiscard]] double least_over_workers(const Setup& setup, const Seconds& seconds) {
  double least_s = seconds(0);
  for (Rank rank = 1; rank < setup.workers && setup.cluster.devices.size() > 1; ++rank)
    least_s = std::min(least_s, seconds(rank));
  return least_s;
}
template <class Seconds>
[[nodiscard]] double most_over_workers(const Setup& setup, const Seconds& seconds) {
  return -least_over_workers(setup, [&](Rank rank) { return -seconds(rank); });
}
// Passes as a formula: "(3 L - 1) t_product(b)" where all layers are equally wide. `seconds` is
// the value.
template <class Term>
[[nodiscard]] Term passes_term(const Setup& setup, double seconds) {
  using T = Terms<Term>;
  if (!setup.mlp.equally_wide()) return T::seconds("t_passes(b)", seconds);
  const auto layers = static_cast<double>(setup.mlp.layers);
  return (Term(3) * T::number("L", layers) - Term(1)) *
         T::seconds("t_product(b)", seconds / (3 * layers - 1));
}

// Bytes of the activations that a pass over `layers` keeps for the backward pass: the input
// and each layer's output (the derivative of the activation is a function of its output).
[[nodiscard]] Count stashed_bytes(const Mlp& mlp, LayerRange layers, std::int64_t samples);
// What a rule keeps of so many parameters, and their master copy, if there is one and it updates by
// gradients; by default of the training's optimizer.
[[nodiscard]] Count update_state_bytes(const Setup& setup, Count parameters,
                                       const UpdateRule& rule);
[[nodiscard]] Count update_state_bytes(const Setup& setup, Count parameters);
// Parameters and gradients of the whole model, what updating it keeps, and the activations of one
// mini-batch.
[[nodiscard]] Memory replica_memory(const Setup& setup);

}  // namespace lockstep::models
