// The part of a layer that a product works on.
#pragma once

#include <span>

#include "models/language/mlp.hpp"
#include "models/language/operation.hpp"
#include "models/readers/numerics/products.hpp"

namespace lockstep::models {

// Returns the part of its layer that a product works on: all of it, unless it says otherwise.
[[nodiscard]] LayerPart part_of(const Mlp& mlp, const Compute& compute);
// Return the weights and biases of that part, or their gradients, among those of all layers. Biases
// are a column.
[[nodiscard]] MatrixView weights_of(const Mlp& mlp, const Compute& compute, std::span<float> all);
[[nodiscard]] MatrixView biases_of(const Mlp& mlp, const Compute& compute, std::span<float> all);

}  // namespace lockstep::models
