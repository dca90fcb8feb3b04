// The network that is trained: an MLP of equally wide layers, after the survey (Yook, Lee, Yoo,
// 2020), and the work of each of its operations.
//
// Layer l of L has N x N weights and N biases. For a mini-batch of b samples the three products of
// a layer take 2 b N^2 FLOPs each: forward, gradient by weights, gradient by inputs (not for the
// first layer). The element-wise work of biases and activations is not counted.
#pragma once

#include <cstdint>

#include "models/hardware.hpp"
#include "models/update_rule.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

struct Mlp {
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t bytes_per_scalar = 4;

  [[nodiscard]] std::int64_t parameters_per_layer() const { return width * width + width; }
  [[nodiscard]] std::int64_t parameters() const { return layers * parameters_per_layer(); }
};

// One product of one layer (forward, gradient by weights, or gradient by inputs) for `samples`
// samples. Touches the N^2 weights or their gradients, and 2 b N activations, once each.
[[nodiscard]] Work layer_product(const Mlp& mlp, std::int64_t samples);

// Folding `elements` scalars into as many others: reads both, writes one.
[[nodiscard]] Work fold(const Mlp& mlp, std::int64_t elements);

// Updating `elements` parameters by a rule.
[[nodiscard]] Work update_work(const Mlp& mlp, std::int64_t elements,
                               const UpdateRule& rule = sgd_rule);

// `total` items over `parts`: the first total % parts parts get one more, as MPI implementations
// size blocks.
[[nodiscard]] constexpr std::int64_t block_count(std::int64_t total, std::int64_t parts,
                                                 std::int64_t part) {
  return total / parts + (part < total % parts ? 1 : 0);
}
[[nodiscard]] constexpr std::int64_t block_offset(std::int64_t total, std::int64_t parts,
                                                  std::int64_t part) {
  return part * (total / parts) + (part < total % parts ? part : total % parts);
}

}  // namespace lockstep::models
