#include "models/numerics/coding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/standard_normal.hpp"

namespace lockstep::models {

namespace {

constexpr std::uint64_t factor_streams = std::uint64_t{6} << 48U;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Calls `visit(row, column, scalar)` for the scalars, from `offset` of the parameters on, that
// belong to the columns of one layer.
template <class Visit>
void for_each_scalar(std::span<float> scalars, std::int64_t offset, const TouchedColumns& columns,
                     const Visit& visit) {
  const auto count = static_cast<std::int64_t>(scalars.size());
  const std::int64_t end = std::min(offset + count, columns.begin + columns.rows * columns.columns);
  for (std::int64_t i = std::max(offset, columns.begin); i < end; ++i) {
    const std::int64_t within = i - columns.begin;
    visit(within % columns.rows, within / columns.rows, scalars[at(i - offset)]);
  }
}

}  // namespace

void one_bit_means(std::span<float> scalars, std::int64_t offset, const TouchedColumns& columns) {
  struct Mean {
    double sum = 0;
    std::int64_t count = 0;
    [[nodiscard]] float value() const {
      return static_cast<float>(sum / static_cast<double>(std::max<std::int64_t>(count, 1)));
    }
  };
  std::vector<Mean> above(at(columns.columns));
  std::vector<Mean> below(at(columns.columns));
  const auto mean_of = [&](std::int64_t column, float scalar) -> Mean& {
    return (scalar >= 0 ? above : below)[at(column)];
  };
  for_each_scalar(scalars, offset, columns, [&](std::int64_t, std::int64_t column, float scalar) {
    Mean& mean = mean_of(column, scalar);
    mean.sum += scalar;
    ++mean.count;
  });
  for_each_scalar(scalars, offset, columns, [&](std::int64_t, std::int64_t column, float& scalar) {
    scalar = mean_of(column, scalar).value();
  });
}

void keep_signs(std::span<float> scalars, bool with_size) {
  double sum = 0;
  for (const float scalar : scalars) sum += std::abs(double{scalar});
  const double size = with_size ? sum / static_cast<double>(scalars.size()) : 1;
  for (float& scalar : scalars) scalar = static_cast<float>(scalar >= 0 ? size : -size);
}

void keep_largest(std::span<float> scalars, std::int64_t kept) {
  const auto size_of = [&](std::int64_t i) {
    const float size = std::abs(scalars[at(i)]);
    return std::isnan(size) ? std::numeric_limits<float>::infinity() : size;
  };
  std::vector<std::int64_t> order(scalars.size());
  std::iota(order.begin(), order.end(), 0);
  const auto first_left_out = order.begin() + kept;
  std::nth_element(order.begin(), first_left_out, order.end(), [&](std::int64_t a, std::int64_t b) {
    return size_of(a) != size_of(b) ? size_of(a) > size_of(b) : a < b;
  });
  for (auto index = first_left_out; index != order.end(); ++index) scalars[at(*index)] = 0;
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

std::span<float> Coding::residual(Residual which) {
  std::vector<float>& values = residuals_[which];
  if (values.empty()) values.assign(at(setup_->mlp.parameters()), 0.0F);
  return values;
}

void Coding::add_residual(const Transcode& transcode, std::span<float> scalars) {
  if (transcode.residual == Residual::none) return;
  const auto kept = residual(transcode.residual).subspan(at(transcode.payload.offset));
  for (std::size_t i = 0; i < scalars.size(); ++i) scalars[i] += kept[i];
}

// Of what stands in the payload afterwards, `share` is this rank's.
void Coding::keep_residual(const Transcode& transcode, std::span<const float> before,
                           std::span<const float> after, float share) {
  if (transcode.residual == Residual::none) return;
  const auto kept = residual(transcode.residual).subspan(at(transcode.payload.offset));
  for (std::size_t i = 0; i < after.size(); ++i) kept[i] = before[i] - share * after[i];
}

void Coding::carry_out(const Transcode& transcode, std::span<float> scalars,
                       std::span<float> factors) {
  // Messages carry what receivers decode.
  if (transcode.step == CodingStep::decode || scalars.empty()) return;
  if (transcode.payload.encoding == Encoding::low_rank)
    low_rank(transcode, scalars, factors);
  else
    encode(transcode, scalars);
}

void Coding::encode(const Transcode& transcode, std::span<float> scalars) {
  const Payload& payload = transcode.payload;
  add_residual(transcode, scalars);
  const std::vector<float> before(scalars.begin(), scalars.end());
  switch (payload.encoding) {
    case Encoding::dense:
    case Encoding::low_rank:
      break;
    case Encoding::one_bit:
      for (const TouchedColumns& columns : touched_columns(setup_->mlp, payload))
        one_bit_means(scalars, payload.offset, columns);
      break;
    case Encoding::sign:
      keep_signs(scalars, payload.kept > 0);
      break;
    case Encoding::top_k:
      keep_largest(scalars, payload.kept);
      break;
  }
  keep_residual(transcode, before, scalars, 1);
}

// Seeded alike on all ranks: the sum of left factors is that of the summed gradients only if all
// begin with the same right one.
std::vector<float>& Coding::warm_factor(const Payload& payload) {
  std::vector<float>& warm = warm_[{payload.offset, payload.count}];
  if (!warm.empty()) return warm;
  sim::RandomStream random(setup_->training.seed,
                           factor_streams + static_cast<std::uint64_t>(payload.offset));
  warm.resize(at(factors_of(setup_->mlp, payload).right));
  for (float& scalar : warm) scalar = static_cast<float>(sim::standard_normal(random));
  return warm;
}

std::vector<Coding::Layer> Coding::layers_of(const Payload& payload, std::span<float> factors) {
  float* left = factors.data();
  float* right = left + factors_of(setup_->mlp, payload).left;
  float* warm = warm_factor(payload).data();
  std::vector<Layer> layers;
  for (const TouchedColumns& columns : touched_columns(setup_->mlp, payload)) {
    const std::int64_t rank = columns.rank(payload.kept);
    layers.push_back({columns, rank, left, right, warm});
    left += rank * columns.rows;
    right += rank * columns.columns;
    warm += rank * columns.columns;
  }
  return layers;
}

namespace {

// Of a matrix M, whose columns are a layer's: P = M Q, Q = M^T P, M = P Q^T. Calls
// `visit(left, right, scalar)` for the elements of P and Q, and of M, that meet in a product.
template <class Layer, class Visit>
void for_each_product(const Layer& layer, float* right, std::span<float> scalars,
                      std::int64_t offset, const Visit& visit) {
  for (std::int64_t k = 0; k < layer.rank; ++k)
    for_each_scalar(scalars, offset, layer.columns,
                    [&](std::int64_t row, std::int64_t column, float& scalar) {
                      visit(layer.left[k * layer.columns.rows + row],
                            right[k * layer.columns.columns + column], scalar);
                    });
}

template <class Layer>
void multiply_left(const Layer& layer, std::span<float> scalars, std::int64_t offset) {
  std::fill_n(layer.left, layer.rank * layer.columns.rows, 0.0F);
  for_each_product(layer, layer.warm, scalars, offset,
                   [](float& left, float warm, float scalar) { left += warm * scalar; });
}

template <class Layer>
void multiply_right(const Layer& layer, std::span<float> scalars, std::int64_t offset) {
  std::fill_n(layer.right, layer.rank * layer.columns.columns, 0.0F);
  for_each_product(layer, layer.right, scalars, offset,
                   [](float left, float& right, float scalar) { right += left * scalar; });
}

template <class Layer>
void multiply_both(const Layer& layer, std::span<float> scalars, std::int64_t offset) {
  for_each_scalar(scalars, offset, layer.columns,
                  [](std::int64_t, std::int64_t, float& scalar) { scalar = 0; });
  for_each_product(layer, layer.right, scalars, offset,
                   [](float left, float right, float& scalar) { scalar += left * right; });
}

// The next left factor comes from this right one. Where that is 0, because the left one had
// nothing in this direction, the old one gets another chance.
template <class Layer>
void warm_up(const Layer& layer) {
  for (std::int64_t k = 0; k < layer.rank; ++k) {
    const float* from = layer.right + k * layer.columns.columns;
    const float* end = from + layer.columns.columns;
    if (std::any_of(from, end, [](float scalar) { return scalar != 0; }))
      std::copy(from, end, layer.warm + k * layer.columns.columns);
  }
}

}  // namespace

void Coding::low_rank(const Transcode& transcode, std::span<float> scalars,
                      std::span<float> factors) {
  const Payload& payload = transcode.payload;
  const CodingStep step = transcode.step;
  const bool alone = step == CodingStep::encode;
  std::vector<float> own;  // factors of a push, which is summed with no other
  if (alone) {
    const FactorCounts counts = factors_of(setup_->mlp, payload);
    own.resize(at(counts.left + counts.right));
    factors = own;
  }
  if (alone || step == CodingStep::left_factor) add_residual(transcode, scalars);
  const std::vector<float> before(scalars.begin(), scalars.end());
  for (const Layer& layer : layers_of(payload, factors)) {
    if (alone || step == CodingStep::left_factor) multiply_left(layer, scalars, payload.offset);
    if (alone || step == CodingStep::right_factor) {
      orthonormalise({layer.left, at(layer.rank * layer.columns.rows)}, layer.columns.rows);
      multiply_right(layer, scalars, payload.offset);
    }
    if (alone || step == CodingStep::product) {
      multiply_both(layer, scalars, payload.offset);
      warm_up(layer);
    }
  }
  if (alone || step == CodingStep::product)
    keep_residual(transcode, before, scalars, 1.0F / static_cast<float>(transcode.summed));
}

}  // namespace lockstep::models
