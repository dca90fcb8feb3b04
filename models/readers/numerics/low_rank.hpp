// Low-rank factors of a layer's gradients. Of a matrix M, whose columns are the layer's:
// P = M Q, Q = M^T P, M = P Q^T. Vogels, Karimireddy and Jaggi, "PowerSGD", NeurIPS 2019,
// algorithm 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// Where a layer's factors stand: P, of `rank` vectors as long as a column, and Q, of `rank` vectors
// of one scalar a column.
struct FactoredLayer {
  TouchedColumns columns;
  std::int64_t rank = 0;
  float* left = nullptr;
  float* right = nullptr;
};

// `factors`: the left factors of all layers that `payload` touches, then the right ones.
[[nodiscard]] std::vector<FactoredLayer> factored_layers(const Mlp& mlp, const Payload& payload,
                                                         std::span<float> factors);

// `scalars`: the payload's, from `offset` of the parameters on. `warm`: the right factor of the
// last time, which the left one is made of.
void multiply_left(const FactoredLayer& layer, const float* warm, std::span<const float> scalars,
                   std::int64_t offset);
void multiply_right(const FactoredLayer& layer, std::span<const float> scalars,
                    std::int64_t offset);
void multiply_both(const FactoredLayer& layer, std::span<float> scalars, std::int64_t offset);
// The next left factor comes from this right one.
void warm_up(const FactoredLayer& layer, float* warm);

// Makes vectors of `length`, one after another, orthonormal, by Gram and Schmidt. One that is a
// combination of those before it becomes 0.
void orthonormalise(std::span<float> vectors, std::int64_t length);

}  // namespace lockstep::models
