#include "models/readers/numerics/layer_views.hpp"

namespace lockstep::models {

LayerPart part_of(const Mlp& mlp, const Compute& compute) {
  if (!compute.part.is_whole()) return compute.part;
  const LayerShape shape = mlp.shape(compute.layer);
  LayerPart whole;
  whole.inputs = shape.inputs;
  whole.outputs = shape.outputs;
  whole.biases = shape.outputs;
  return whole;
}

MatrixView weights_of(const Mlp& mlp, const Compute& compute, std::span<float> all) {
  const LayerPart part = part_of(mlp, compute);
  const std::int64_t row = mlp.shape(compute.layer).inputs + 1;
  float* layer = all.data() + mlp.parameters({0, compute.layer});
  return {layer + part.first_output * row + part.first_input, part.outputs, part.inputs, row};
}

MatrixView biases_of(const Mlp& mlp, const Compute& compute, std::span<float> all) {
  const LayerPart part = part_of(mlp, compute);
  const std::int64_t inputs = mlp.shape(compute.layer).inputs;
  const std::int64_t row = inputs + 1;
  float* layer = all.data() + mlp.parameters({0, compute.layer});
  return {layer + part.first_bias * row + inputs, part.biases, 1, row};
}

}  // namespace lockstep::models
