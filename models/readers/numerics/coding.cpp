#include "models/readers/numerics/coding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/readers/numerics/column_scalars.hpp"
#include "models/readers/numerics/low_rank.hpp"
#include "models/readers/numerics/slices.hpp"
#include "sim/standard_normal.hpp"

namespace lockstep::models {

namespace {

constexpr std::uint64_t factor_streams = std::uint64_t{6} << 48U;

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

std::span<float> Coding::residual(Residual which) {
  std::vector<float>& values = memory_.residuals[which];
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
  // Messages are decoded when they are taken: `from_wire`.
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

std::vector<float>& Coding::own_factors(const Payload& payload) {
  std::vector<float>& factors = own_factors_[{payload.offset, payload.count}];
  const FactorCounts counts = factors_of(setup_->mlp, payload);
  factors.resize(at(counts.left + counts.right));
  return factors;
}

// Seeded alike on all ranks: the sum of left factors is that of the summed gradients only if all
// begin with the same right one.
std::vector<float>& Coding::warm_factor(const Payload& payload) {
  std::vector<float>& warm = memory_.warm[{payload.offset, payload.count}];
  if (!warm.empty()) return warm;
  sim::RandomStream random(setup_->training.seed,
                           factor_streams + static_cast<std::uint64_t>(payload.offset));
  warm.resize(at(factors_of(setup_->mlp, payload).right));
  for (float& scalar : warm) scalar = static_cast<float>(sim::standard_normal(random));
  return warm;
}

void Coding::low_rank(const Transcode& transcode, std::span<float> scalars,
                      std::span<float> factors) {
  const Payload& payload = transcode.payload;
  const CodingStep step = transcode.step;
  const bool alone = step == CodingStep::encode;
  if (alone) factors = own_factors(payload);
  if (alone || step == CodingStep::left_factor) add_residual(transcode, scalars);
  const std::vector<float> before(scalars.begin(), scalars.end());
  float* warm = warm_factor(payload).data();
  for (const FactoredLayer& layer : factored_layers(setup_->mlp, payload, factors)) {
    if (alone || step == CodingStep::left_factor)
      multiply_left(layer, warm, scalars, payload.offset);
    if (alone || step == CodingStep::right_factor) {
      orthonormalise({layer.left, at(layer.rank * layer.columns.rows)}, layer.columns.rows);
      multiply_right(layer, scalars, payload.offset);
    }
    if (alone || step == CodingStep::product) {
      multiply_both(layer, scalars, payload.offset);
      warm_up(layer, warm);
    }
    warm += layer.rank * layer.columns.columns;
  }
  if (alone || step == CodingStep::product)
    keep_residual(transcode, before, scalars, 1.0F / static_cast<float>(transcode.summed));
}

}  // namespace lockstep::models
