// Forward and backward passes over a range of layers, which every algorithm runs between its
// messages: their programs, FLOPs and times.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Return all layers of the model, and the block of layers that stage `stage` of `stages` has.
[[nodiscard]] LayerRange all_layers(const Mlp& mlp);
[[nodiscard]] LayerRange layers_of_stage(const Mlp& mlp, int stages, int stage);
[[nodiscard]] Payload parameters_of(const Mlp& mlp, LayerRange layers);
[[nodiscard]] Payload gradients_of(const Mlp& mlp, LayerRange layers);

// Runs a forward pass over `layers`. Both passes end early when a posted message with `stop_tag`
// arrives.
[[nodiscard]] Program forward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                   std::int64_t micro_batch = 0, Tag stop_tag = no_tag,
                                   Weights weights = {});
// Runs a backward pass from the last layer of `layers` to the first, the weight gradient of each
// before its input gradient.
[[nodiscard]] Program backward_pass(Worker& worker, LayerRange layers, std::int64_t samples,
                                    std::int64_t micro_batch = 0, Tag stop_tag = no_tag,
                                    Weights weights = {});

// Adds the FLOPs of one forward and backward pass of the whole model over `samples` samples.
void count_passes(FlopCounts& flops, const Mlp& mlp, Count samples);

// Return the seconds that passes over `layers` take on `rank`'s device: each is the sum over the
// products of its layers.
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
// Return the seconds of an update by the training's optimizer, or by `rule`.
[[nodiscard]] double update_s(const Setup& setup, Rank rank, std::int64_t parameters);
[[nodiscard]] double update_s(const Setup& setup, Rank rank, std::int64_t parameters,
                              const UpdateRule& rule);
[[nodiscard]] Work step_work(const Setup& setup, std::int64_t parameters);
[[nodiscard]] double fold_s(const Setup& setup, Rank rank, Scalars scalars);

// Run a worker's mini-batch forward and backward through all layers: at once or, with gradient
// accumulation, in `accumulation_steps` equal parts one after another, each of `part_of_mini_batch`
// samples. `passes_but_last` leaves out the last part, whose micro-batch number is
// `accumulation_steps` - 1.
[[nodiscard]] Program mini_batch_passes(Worker& worker, Weights weights = {});
[[nodiscard]] Program passes_but_last(Worker& worker);
[[nodiscard]] std::int64_t part_of_mini_batch(const Setup& setup, Rank rank);

// Return the seconds of a forward and a backward pass over the whole model, on `rank` and on the
// slowest worker; without `samples`, of each worker's own mini-batch, in as many parts as gradients
// are accumulated over.
[[nodiscard]] double passes_s(const Setup& setup, Rank rank, std::int64_t samples);
[[nodiscard]] double slowest_passes_s(const Setup& setup, std::int64_t samples);
[[nodiscard]] double mini_batch_s(const Setup& setup, Rank rank);
[[nodiscard]] double slowest_passes_s(const Setup& setup);
// Returns the seconds of one product of a layer over `part_of_mini_batch` samples, on the slowest
// worker.
[[nodiscard]] double slowest_product_s(const Setup& setup, std::int64_t layer);
// Returns by how much waiting for the first `awaited` workers multiplies the mean factor on compute
// times, from an order statistic of the P workers' draws; 1 if factors change with every operation,
// because these even out.
[[nodiscard]] double waiting_factor(const Setup& setup, int awaited);
// Return the minimum and the maximum of `seconds(rank)` over the workers; it must depend on the
// worker's device and share of the mini-batch alone.
template <class Seconds>
[[nodiscard]] double min_over_workers(const Setup& setup, const Seconds& seconds) {
  double least_s = seconds(0);
  const bool alike = setup.cluster.devices.size() == 1 && setup.batches.empty();
  for (Rank rank = 1; rank < setup.workers && !alike; ++rank)
    least_s = std::min(least_s, seconds(rank));
  return least_s;
}
template <class Seconds>
[[nodiscard]] double max_over_workers(const Setup& setup, const Seconds& seconds) {
  return -min_over_workers(setup, [&](Rank rank) { return -seconds(rank); });
}
// Returns the term of a forward and a backward pass: "(3 L - 1) t_product(b)" if all layers are
// equally wide. `seconds` is its value.
template <class Term>
[[nodiscard]] Term passes_term(const Setup& setup, double seconds) {
  using T = Terms<Term>;
  if (!setup.mlp.equally_wide()) return T::seconds("t_passes(b)", seconds);
  const auto layers = static_cast<double>(setup.mlp.layers);
  return (Term(3) * T::number("L", layers) - Term(1)) *
         T::seconds("t_product(b)", seconds / (3 * layers - 1));
}

// Returns the bytes of the activations that a pass over `layers` keeps for the backward pass: the
// input and each layer's output (the derivative of the activation is a function of its output).
[[nodiscard]] Count stashed_bytes(const Mlp& mlp, LayerRange layers, std::int64_t samples);
// Return the bytes that `rule`, by default the training's optimizer, keeps for `parameters`
// parameters, and those of their master copy if there is one and the rule takes gradients.
[[nodiscard]] Count update_state_bytes(const Setup& setup, Count parameters,
                                       const UpdateRule& rule);
[[nodiscard]] Count update_state_bytes(const Setup& setup, Count parameters);
// Returns the memory of one replica: parameters and gradients of the whole model, what updating it
// keeps, and the activations of one mini-batch or, with gradient accumulation, of one part of it.
[[nodiscard]] Memory replica_memory(const Setup& setup);

}  // namespace lockstep::models
