#include "models/mlp.hpp"

namespace lockstep::models {

namespace {

double scalars_to_bytes(const Mlp& mlp, double scalars) {
  return scalars * static_cast<double>(mlp.bytes_per_scalar);
}

}  // namespace

Work layer_product(const Mlp& mlp, std::int64_t samples) {
  const auto width = static_cast<double>(mlp.width);
  const auto rows = static_cast<double>(samples);
  return {Count{2} * samples * mlp.width * mlp.width,
          scalars_to_bytes(mlp, width * width + 2 * rows * width)};
}

Work fold(const Mlp& mlp, std::int64_t elements) {
  return {elements, scalars_to_bytes(mlp, 3 * static_cast<double>(elements))};
}

Work update_work(const Mlp& mlp, std::int64_t elements, const UpdateRule& rule) {
  return {Count{rule.flops} * elements,
          scalars_to_bytes(
              mlp, static_cast<double>(rule.scalars_touched) * static_cast<double>(elements))};
}

}  // namespace lockstep::models
