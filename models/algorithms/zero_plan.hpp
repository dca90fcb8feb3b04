// What the program and the closed form of ZeRO share. Part of `zero`.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"
#include "models/parts/compression/compressed_scatter.hpp"

namespace lockstep::models::zero_plan {

// Whether a worker keeps only a part of the gradients or of the parameters, and whether it gathers
// layers ahead.
[[nodiscard]] bool divides_gradients(const Setup& setup);
[[nodiscard]] bool divides_parameters(const Setup& setup);
[[nodiscard]] bool prefetches(const Setup& setup);

// The options that change what memory holds, and nothing else.
inline constexpr IntegerOption parameter_bytes_option =
    OptionSpec{.name = "parameter_bytes",
               .type = OptionType::integer,
               .summary = "memory a parameter takes; 0: as model.precision says",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};
inline constexpr IntegerOption gradient_bytes_option =
    OptionSpec{.name = "gradient_bytes",
               .type = OptionType::integer,
               .summary = "memory a parameter's gradient takes; 0: as model.precision says",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};
inline constexpr IntegerOption optimizer_bytes_option =
    OptionSpec{.name = "optimizer_bytes",
               .type = OptionType::integer,
               .summary =
                   "memory the optimizer and its master copy keep for a parameter; 0: what "
                   "training.optimizer needs with model.precision",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};

inline constexpr IntegerOption shard_size_option =
    OptionSpec{.name = "shard_size",
               .type = OptionType::integer,
               .summary =
                   "over how many workers, one after another, parameters, gradients and state are "
                   "divided; groups of so many are replicas of each other; 0: over all workers",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};

// The workers over which everything is divided; the workers of the same place in all such groups,
// which own the same blocks; and the number of these groups.
[[nodiscard]] Group shard_of(const Setup& setup, Rank rank);
[[nodiscard]] Group replicas_of(const Setup& setup, Rank rank);
[[nodiscard]] int replicas(const Setup& setup);
// Returns the part of `whole` that a worker owns.
[[nodiscard]] Payload block_of(const Setup& setup, const Payload& whole, Rank rank);

void check(const Setup& setup, Faults& faults);

// Returns the portions that are reduce-scattered and allgathered in one go: all layers, or each
// layer by itself.
[[nodiscard]] std::vector<LayerRange> portions_of(const Setup& setup);

// Return the block of each portion that `rank` owns, and the number of parameters in these blocks.
[[nodiscard]] std::vector<OwnRange> owned_ranges(const Setup& setup, Rank rank);
[[nodiscard]] std::int64_t owned_by(const Setup& setup, Rank rank);

// Returns the layer that is visited in turn `visit` of the passes: forward 0 .. L-1, then back L-1
// .. 0.
[[nodiscard]] inline std::int64_t layer_at(const Setup& setup, std::int64_t visit) {
  const std::int64_t layers = setup.mlp.layers;
  return visit < layers ? visit : 2 * layers - 1 - visit;
}

// Gather the parameters, or reduce-scatter the gradients, of `layers` over the workers of a shard;
// gradients are then summed over its replicas. Every worker must call them for the same layers in
// the same order.
[[nodiscard]] Program gather_parameters(Worker& worker, LayerRange layers);
[[nodiscard]] Program scatter_gradients(Worker& worker, LayerRange layers);
// Runs the passes of one of the parts over which gradients are accumulated, layer by layer, with
// gathers before the products. In the last part, gradients are scattered after theirs.
[[nodiscard]] Program layer_by_layer(Worker& worker, std::int64_t part);
// Runs the passes of one mini-batch with gathers and scatters beside them.
[[nodiscard]] Program prefetching(Worker& worker);

// zero_shards_cost.cpp: the time and the counts of one gather, one reduce-scatter and one sum over
// replicas of `layers`, in all groups at once, and the bytes that a worker holds received
// meanwhile.
[[nodiscard]] ClaimedTime gather_time(const Setup& setup, NetworkView& network, LayerRange layers);
[[nodiscard]] SumParts scatter_parts(const Setup& setup, NetworkView& network, LayerRange layers);
[[nodiscard]] ClaimedTime sum_time(const Setup& setup, NetworkView& network, LayerRange layers);
[[nodiscard]] CollectiveCounts gather_counts(const Setup& setup, LayerRange layers);
[[nodiscard]] CollectiveCounts scatter_counts(const Setup& setup, LayerRange layers);
[[nodiscard]] Count scatter_buffers(const Setup& setup, LayerRange layers);
template <class Term>
[[nodiscard]] Term scatter_term(const Setup& setup, const SumParts& parts) {
  if (replicas(setup) == 1) return gradient_scatter_term<Term>(setup, parts);
  return Terms<Term>::seconds("t_reduce_scatter(n)", parts.rounds.seconds);
}

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::zero_plan
