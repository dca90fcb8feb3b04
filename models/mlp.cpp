#include "models/mlp.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::models {

namespace {

double scalars_to_bytes(const Mlp& mlp, double scalars) {
  return scalars * static_cast<double>(mlp.bytes_per_scalar);
}

}  // namespace

std::int64_t Mlp::widest() const {
  std::int64_t most = width;
  for (const LayerShape& layer : shapes) most = std::max({most, layer.inputs, layer.outputs});
  return most;
}

std::int64_t Mlp::weights(LayerRange range) const {
  if (equally_wide()) return range.count * width * width;
  std::int64_t sum = 0;
  for (std::int64_t layer = range.first; layer < range.first + range.count; ++layer)
    sum += weights_of_layer(layer);
  return sum;
}

std::int64_t Mlp::parameters(LayerRange range) const {
  if (equally_wide()) return range.count * (width * width + width);
  std::int64_t sum = weights(range);
  for (std::int64_t layer = range.first; layer < range.first + range.count; ++layer)
    sum += shape(layer).outputs;
  return sum;
}

std::int64_t Mlp::activations_below(std::int64_t layer) const {
  if (equally_wide()) return layer * width;
  std::int64_t sum = 0;
  for (std::int64_t below = 0; below < layer; ++below) sum += shape(below).inputs;
  return sum;
}

Work layer_product(const Mlp& mlp, std::int64_t layer, std::int64_t samples) {
  return product_of(mlp, mlp.shape(layer), samples);
}

Work product_of(const Mlp& mlp, LayerShape shape, std::int64_t samples) {
  const auto inputs = static_cast<double>(shape.inputs);
  const auto outputs = static_cast<double>(shape.outputs);
  const auto rows = static_cast<double>(samples);
  return {Count{2} * samples * shape.inputs * shape.outputs,
          scalars_to_bytes(mlp, inputs * outputs + rows * (inputs + outputs)), WorkKind::product,
          rows, std::sqrt(inputs * outputs)};
}

Work fold(const Mlp& mlp, std::int64_t elements) {
  const auto all = static_cast<double>(elements);
  return {elements, scalars_to_bytes(mlp, 3 * all), WorkKind::fold, 0, 0, all};
}

Work update_work(const Mlp& mlp, std::int64_t elements, const UpdateRule& rule) {
  const auto all = static_cast<double>(elements);
  return {Count{rule.flops} * elements,
          scalars_to_bytes(mlp, static_cast<double>(rule.scalars_touched) * all),
          WorkKind::update,
          0,
          0,
          all};
}

}  // namespace lockstep::models
