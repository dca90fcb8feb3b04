// Low-rank factors of a layer's gradients. For a matrix M, whose columns are the layer's: P = M Q,
// Q = M^T P, M = P Q^T. Vogels, Karimireddy and Jaggi, "PowerSGD", NeurIPS 2019, algorithm 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// The factors of one layer: `left` is P, `rank` vectors as long as a column; `right` is Q, `rank`
// vectors with one scalar per column.
struct FactoredLayer {
  TouchedColumns columns;
  std::int64_t rank = 0;
  float* left = nullptr;
  float* right = nullptr;
};

// Returns the factors of all layers that `payload` touches. `factors` holds the left ones of all
// layers, then the right ones.
[[nodiscard]] std::vector<FactoredLayer> factored_layers(const Mlp& mlp, const Payload& payload,
                                                         std::span<float> factors);

// Compute P, Q and M, in this order. `scalars` are the payload's, from `offset` of the parameters
// on. `warm` is the right factor of the last time, from which the left one is made.
void multiply_left(const FactoredLayer& layer, const float* warm, std::span<const float> scalars,
                   std::int64_t offset);
void multiply_right(const FactoredLayer& layer, std::span<const float> scalars,
                    std::int64_t offset);
void multiply_both(const FactoredLayer& layer, std::span<float> scalars, std::int64_t offset);
// Keeps the right factor in `warm`, from which the next left one is made. Vectors that are 0 are
// not copied.
void warm_up(const FactoredLayer& layer, float* warm);

// Makes vectors of `length`, which stand one after another, orthonormal by the Gram-Schmidt
// process. A vector that is a combination of those before it becomes 0.
void orthonormalise(std::span<float> vectors, std::int64_t length);

}  // namespace lockstep::models
