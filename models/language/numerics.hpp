// How a run computes with real numbers: on which network, and from which initial weights. The
// network may be narrower than the one that is costed.
#pragma once

#include <cstdint>
#include <optional>

#include "models/language/mlp.hpp"

namespace lockstep::models {

enum class Activation : std::uint8_t { tanh, relu };
// Initial weights, uniform in +-r. Xavier: r^2 = 6 / (inputs + outputs) (Glorot and Bengio, AISTATS
// 2010); He: r^2 = 6 / inputs (He et al., ICCV 2015). Biases are zero.
enum class Start : std::uint8_t { xavier, he };

struct Numerics {
  Mlp mlp;                // the costed model, unless said otherwise
  bool as_costed = true;  // `mlp` is the costed model
  Activation activation = Activation::tanh;
  Start start = Start::xavier;
  std::optional<std::int64_t> batch_per_worker;  // samples; as costed if absent
  std::optional<double> target_accuracy;         // on held-out samples, above 0 and at most 1
};

}  // namespace lockstep::models
