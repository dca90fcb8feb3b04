// What the program and the closed form of ZeRO share. Part of `zero`.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/language/worker.hpp"

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

// Gather the parameters, or reduce-scatter the gradients, of `layers` over all workers. Every
// worker must call them for the same layers in the same order.
[[nodiscard]] Program gather_parameters(Worker& worker, LayerRange layers);
[[nodiscard]] Program scatter_gradients(Worker& worker, LayerRange layers);
// Runs the passes of one mini-batch with gathers and scatters beside them.
[[nodiscard]] Program prefetching(Worker& worker);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::zero_plan
