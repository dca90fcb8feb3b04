#include "models/readers/numerics/low_rank.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/readers/numerics/column_scalars.hpp"
#include "models/readers/numerics/slices.hpp"

namespace lockstep::models {

std::vector<FactoredLayer> factored_layers(const Mlp& mlp, const Payload& payload,
                                           std::span<float> factors) {
  float* left = factors.data();
  float* right = left + factors_of(mlp, payload).left;
  std::vector<FactoredLayer> layers;
  for (const TouchedColumns& columns : touched_columns(mlp, payload)) {
    const std::int64_t rank = columns.rank(payload.kept);
    layers.push_back({columns, rank, left, right});
    left += rank * columns.rows;
    right += rank * columns.columns;
  }
  return layers;
}

namespace {

// Calls `visit(left, right, scalar)` for the elements of P and Q, and of M, that meet in a product.
template <class Right, class Scalar, class Visit>
void for_each_product(const FactoredLayer& layer, Right* right, std::span<Scalar> scalars,
                      std::int64_t offset, const Visit& visit) {
  for (std::int64_t k = 0; k < layer.rank; ++k)
    for_each_scalar(scalars, offset, layer.columns,
                    [&](std::int64_t row, std::int64_t column, Scalar& scalar) {
                      visit(layer.left[k * layer.columns.rows + row],
                            right[k * layer.columns.columns + column], scalar);
                    });
}

}  // namespace

void multiply_left(const FactoredLayer& layer, const float* warm, std::span<const float> scalars,
                   std::int64_t offset) {
  std::fill_n(layer.left, layer.rank * layer.columns.rows, 0.0F);
  for_each_product(layer, warm, scalars, offset,
                   [](float& left, float right, float scalar) { left += right * scalar; });
}

void multiply_right(const FactoredLayer& layer, std::span<const float> scalars,
                    std::int64_t offset) {
  std::fill_n(layer.right, layer.rank * layer.columns.columns, 0.0F);
  for_each_product(layer, layer.right, scalars, offset,
                   [](float left, float& right, float scalar) { right += left * scalar; });
}

void multiply_both(const FactoredLayer& layer, std::span<float> scalars, std::int64_t offset) {
  for_each_scalar(scalars, offset, layer.columns,
                  [](std::int64_t, std::int64_t, float& scalar) { scalar = 0; });
  for_each_product(layer, layer.right, scalars, offset,
                   [](float left, float right, float& scalar) { scalar += left * right; });
}

// Where it is 0, because the left one had nothing in this direction, the old one gets another
// chance.
void warm_up(const FactoredLayer& layer, float* warm) {
  for (std::int64_t k = 0; k < layer.rank; ++k) {
    const float* from = layer.right + k * layer.columns.columns;
    const float* end = from + layer.columns.columns;
    if (std::any_of(from, end, [](float scalar) { return scalar != 0; }))
      std::copy(from, end, warm + k * layer.columns.columns);
  }
}

namespace {

double length_of(const std::vector<double>& vector) {
  return std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
}

// Takes out of `rest` what lies along unit vectors of the same length.
void take_out(std::span<const float> units, std::vector<double>& rest) {
  for (std::size_t begin = 0; begin < units.size(); begin += rest.size()) {
    const auto unit = units.subspan(begin, rest.size());
    const double along = std::inner_product(unit.begin(), unit.end(), rest.begin(), 0.0);
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= along * double{unit[i]};
  }
}

}  // namespace

// Twice: of a vector that nearly depends on those before it, once leaves a rest that is mostly
// rounding, and far from orthogonal.
void orthonormalise(std::span<float> vectors, std::int64_t length) {
  constexpr double nothing = 1e-6;  // of a vector, in single precision
  for (std::size_t begin = 0; begin < vectors.size(); begin += at(length)) {
    const std::span<float> vector = vectors.subspan(begin, at(length));
    std::vector<double> rest(vector.begin(), vector.end());
    const double before = length_of(rest);
    take_out(vectors.first(begin), rest);
    const bool depends = length_of(rest) <= nothing * before;
    take_out(vectors.first(begin), rest);
    const double factor = depends ? 0 : 1 / length_of(rest);
    for (std::size_t i = 0; i < rest.size(); ++i) vector[i] = static_cast<float>(factor * rest[i]);
  }
}

}  // namespace lockstep::models
