// What of ZeRO its program and its closed form share. Part of `zero`.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cost/algorithm.hpp"

namespace lockstep::models::zero_plan {

[[nodiscard]] inline bool divides_gradients(const Setup& setup) {
  return setup.options.integer("stage") >= 2;
}
[[nodiscard]] inline bool divides_parameters(const Setup& setup) {
  return setup.options.integer("stage") >= 3;
}
[[nodiscard]] inline bool prefetches(const Setup& setup) {
  return divides_parameters(setup) && setup.options.boolean("prefetch");
}

// What is reduce-scattered and allgathered in one go: all layers, or each for itself.
[[nodiscard]] std::vector<LayerRange> portions_of(const Setup& setup);

// What `rank` owns: its block of each portion.
[[nodiscard]] std::vector<OwnRange> owned_ranges(const Setup& setup, Rank rank);
[[nodiscard]] std::int64_t owned_by(const Setup& setup, Rank rank);

// Layers in the order of the passes: forward 0 .. L-1, then back L-1 .. 0.
[[nodiscard]] inline std::int64_t layer_at(const Setup& setup, std::int64_t visit) {
  const std::int64_t layers = setup.mlp.layers;
  return visit < layers ? visit : 2 * layers - 1 - visit;
}

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::zero_plan
