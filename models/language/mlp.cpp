#include "models/language/mlp.hpp"

#include <algorithm>
#include <cmath>

namespace lockstep::models {

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
          inputs * outputs * static_cast<double>(mlp.precision.parameters) +
              rows * (inputs + outputs) * static_cast<double>(mlp.precision.activations),
          WorkKind::product, rows, std::sqrt(inputs * outputs)};
}

Work fold(Scalars scalars) {
  const auto all = static_cast<double>(scalars.count);
  const auto each = static_cast<double>(scalars.bytes_each);
  return {scalars.count, 3 * all * each, WorkKind::fold, 0, 0, all};
}

Work update_work(const Mlp& mlp, std::int64_t elements, const UpdateRule& rule) {
  const auto all = static_cast<double>(elements);
  const Precision& precision = mlp.precision;
  const std::int64_t of_state = 2 * rule.copies;  // each is read and written
  std::int64_t bytes =
      rule.gradients_read * precision.gradients + of_state * precision.optimizer_state +
      (rule.scalars_touched - rule.gradients_read - of_state) * precision.parameters;
  if (rule.gradients_read > 0 && precision.master_copy > 0)
    bytes += 2 * precision.master_copy - precision.parameters;
  return {
      Count{rule.flops} * elements, static_cast<double>(bytes) * all, WorkKind::update, 0, 0, all};
}

}  // namespace lockstep::models
