// The network that is trained: an MLP, and the work of each of its operations.
//
// As in the survey (Yook, Lee, Yoo, 2020), all layers are N wide: layer l of L has N x N weights
// and N biases. A list of layers may instead give each layer its own inputs I and outputs O. For a
// mini-batch of b samples the three products of a layer take 2 b I O FLOPs each: forward, weight
// gradient, and input gradient (not for the first layer). The element-wise work of biases and
// activations is not counted.
#pragma once

#include <cstdint>
#include <vector>

#include "models/devices/hardware.hpp"
#include "models/language/update_rule.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

struct LayerShape {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;

  friend bool operator==(const LayerShape&, const LayerShape&) = default;
};

// Layers [first, first + count) of the model.
struct LayerRange {
  std::int64_t first = 0;
  std::int64_t count = 0;

  [[nodiscard]] std::int64_t end() const { return first + count; }
  friend bool operator==(const LayerRange&, const LayerRange&) = default;
};

// A range of layers that one machine holds, or several as replicas.
struct PartitionStage {
  LayerRange layers;
  int machines = 1;

  friend bool operator==(const PartitionStage&, const PartitionStage&) = default;
};

// The part of a layer between some of its inputs and some of its outputs; by default the whole
// layer. A part whose outputs are to be added to those of other parts is a summand: it leaves the
// activation function to the next layer, whose part activates its inputs.
struct LayerPart {
  std::int64_t first_input = 0;
  std::int64_t inputs = 0;
  std::int64_t first_output = 0;
  std::int64_t outputs = 0;
  std::int64_t first_bias = 0;
  std::int64_t biases = 0;  // number of outputs whose bias it adds
  bool is_summand = false;
  bool activates_inputs = false;

  [[nodiscard]] bool is_whole() const { return inputs == 0 && outputs == 0; }
  [[nodiscard]] LayerShape shape() const { return {inputs, outputs}; }
};

// How each layer is divided: by outputs, by inputs, or by both in turn, in pairs of layers.
enum class Split : std::uint8_t { column, row, pairs };
[[nodiscard]] constexpr bool by_columns(Split split, std::int64_t layer) {
  return split == Split::column || (split == Split::pairs && layer % 2 == 0);
}
// The layers of a model that a rank has, or an equal part of each, with contiguous parameters. By
// columns, the weights of an output are followed by its bias, as in a whole layer; by rows, the
// share of the biases that the rank has comes after all weights.
struct ModelPart {
  LayerRange layers;
  std::int32_t parts = 0;  // 0: all layers of the model
  Split split = Split::column;
};

// The bytes of a scalar, by its kind. Mixed precision (Micikevicius et al., ICLR 2018) has 2-byte
// parameters, gradients and activations, and a 4-byte master copy of the parameters that is updated
// in their place. The products of a layer, whatever they compute, touch weights of the length of
// parameters; a gradient has its own length where it is kept, summed, sent or used.
enum class ScalarKind : std::uint8_t { parameter, gradient, activation };
struct Precision {
  std::int64_t parameters = 4;
  std::int64_t gradients = 4;
  std::int64_t activations = 4;
  std::int64_t master_copy = 0;  // 0: there is none
  std::int64_t optimizer_state = 4;

  // Returns a precision in which every scalar has `bytes` bytes, without a master copy.
  [[nodiscard]] static constexpr Precision of(std::int64_t bytes) {
    return {bytes, bytes, bytes, 0, bytes};
  }
  [[nodiscard]] constexpr std::int64_t bytes_of(ScalarKind kind) const {
    switch (kind) {
      case ScalarKind::parameter:
        return parameters;
      case ScalarKind::gradient:
        return gradients;
      case ScalarKind::activation:
        return activations;
    }
    return 0;
  }
  friend bool operator==(const Precision&, const Precision&) = default;
};

// Contiguous scalars of equal size: what a message carries, a fold adds, a buffer holds.
struct Scalars {
  std::int64_t count = 0;
  std::int64_t bytes_each = 0;

  [[nodiscard]] std::int64_t bytes() const { return count * bytes_each; }
  // Returns `how_many` scalars of the same size.
  [[nodiscard]] Scalars part(std::int64_t how_many) const { return {how_many, bytes_each}; }
};

struct Mlp {
  std::int64_t layers = 0;
  std::int64_t width = 0;  // of every layer; 0 where `shapes` gives each its own
  Precision precision = {};
  std::vector<LayerShape> shapes = {};  // empty, or one per layer; outputs match the next inputs

  [[nodiscard]] bool equally_wide() const { return shapes.empty(); }
  [[nodiscard]] LayerShape shape(std::int64_t layer) const {
    return shapes.empty() ? LayerShape{width, width} : shapes[static_cast<std::size_t>(layer)];
  }
  [[nodiscard]] std::int64_t weights_of_layer(std::int64_t layer) const {
    return shape(layer).inputs * shape(layer).outputs;
  }
  [[nodiscard]] std::int64_t parameters_of_layer(std::int64_t layer) const {
    return weights_of_layer(layer) + shape(layer).outputs;
  }
  // Returns the largest number of inputs or outputs of any layer.
  [[nodiscard]] std::int64_t widest() const;
  // Return the number of parameters, or weights, of `range`, in O(1) if all layers are equally
  // wide.
  [[nodiscard]] std::int64_t parameters(LayerRange range) const;
  [[nodiscard]] std::int64_t weights(LayerRange range) const;
  [[nodiscard]] std::int64_t parameters() const { return parameters({0, layers}); }
  // Returns the scalars per sample that go from `layer - 1` to `layer`: the model's input for layer
  // 0, its output for layer L.
  [[nodiscard]] std::int64_t activations_before(std::int64_t layer) const {
    return layer < layers ? shape(layer).inputs : shape(layers - 1).outputs;
  }
  // Returns the scalars per sample that all layers below `layer` take as inputs, in total.
  [[nodiscard]] std::int64_t activations_below(std::int64_t layer) const;

  [[nodiscard]] constexpr Scalars scalars(ScalarKind kind, std::int64_t count) const {
    return {count, precision.bytes_of(kind)};
  }
};

// Returns the work of one product of a layer (forward, weight gradient or input gradient) for
// `samples` samples. It touches the I O weights or their gradients, and b (I + O) activations, once
// each.
[[nodiscard]] Work layer_product(const Mlp& mlp, std::int64_t layer, std::int64_t samples);

// Returns the work of one product of a layer, or part of a layer, of any shape.
[[nodiscard]] Work product_of(const Mlp& mlp, LayerShape shape, std::int64_t samples);

// Returns the work of folding scalars into as many others: it reads both and writes one.
[[nodiscard]] Work fold(Scalars scalars);

// Returns the work of updating `elements` parameters by a rule. If there is a master copy, a rule
// that takes a gradient reads and writes the master copy and also writes the parameters.
[[nodiscard]] Work update_work(const Mlp& mlp, std::int64_t elements, const UpdateRule& rule);

// Return the size and the offset of block `part` when `total` items are divided over `parts`: the
// first total % parts blocks get one item more, as MPI implementations size blocks.
[[nodiscard]] constexpr std::int64_t block_count(std::int64_t total, std::int64_t parts,
                                                 std::int64_t part) {
  return total / parts + (part < total % parts ? 1 : 0);
}
[[nodiscard]] constexpr std::int64_t block_offset(std::int64_t total, std::int64_t parts,
                                                  std::int64_t part) {
  return part * (total / parts) + (part < total % parts ? part : total % parts);
}

}  // namespace lockstep::models
