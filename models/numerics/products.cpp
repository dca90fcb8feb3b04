// How a product of small matrices is summed must not depend on where they lie in memory: Eigen's
// own way for those does.
#define EIGEN_GEMM_TO_COEFFBASED_THRESHOLD 1

#include "models/numerics/products.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

namespace lockstep::models {

namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<RowMajor, Eigen::Unaligned, Eigen::OuterStride<>>;

Map map_of(const MatrixView& view) {
  return {view.values, view.rows, view.columns, Eigen::OuterStride<>(view.stride)};
}

std::span<float> row_of(const MatrixView& view, std::int64_t row) {
  return {view.values + row * view.stride, static_cast<std::size_t>(view.columns)};
}

// By blocks in one aligned place, the last one filled up: each element takes the same way through
// the processor's vectors wherever it lies, so that equal numbers give equal bits.
void take_tanh(std::span<float> values) {
  constexpr std::size_t most = 64;
  Eigen::Array<float, most, 1> block = Eigen::Array<float, most, 1>::Zero();
  for (std::size_t first = 0; first < values.size(); first += most) {
    const std::span<float> part = values.subspan(first, std::min(most, values.size() - first));
    std::copy(part.begin(), part.end(), block.data());
    block = block.tanh().eval();
    std::copy_n(block.data(), part.size(), part.begin());
  }
}

float& scalar_of(const MatrixView& column, std::size_t row) {
  return column.values[static_cast<std::int64_t>(row) * column.stride];
}

}  // namespace

void multiply_forward(MatrixView x, MatrixView w, MatrixView y) {
  map_of(y).noalias() = map_of(x) * map_of(w).transpose();
}

void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w) {
  map_of(w).noalias() += map_of(d).transpose() * map_of(x);
}

void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x) {
  map_of(x).noalias() = map_of(d) * map_of(w);
}

void add_biases(MatrixView y, MatrixView biases) {
  for (std::int64_t row = 0; row < y.rows; ++row) {
    const std::span<float> outputs = row_of(y, row);
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] += scalar_of(biases, i);
  }
}

void sum_rows(MatrixView d, MatrixView biases) {
  for (std::int64_t row = 0; row < d.rows; ++row) {
    const std::span<float> outputs = row_of(d, row);
    for (std::size_t i = 0; i < outputs.size(); ++i) scalar_of(biases, i) += outputs[i];
  }
}

void activate(MatrixView y, Activation activation) {
  for (std::int64_t row = 0; row < y.rows; ++row) {
    const std::span<float> outputs = row_of(y, row);
    if (activation == Activation::tanh) {
      take_tanh(outputs);
      continue;
    }
    for (float& value : outputs) value = std::max(value, 0.0F);
  }
}

void multiply_derivative(MatrixView d, MatrixView y, Activation activation) {
  for (std::int64_t row = 0; row < d.rows; ++row) {
    const std::span<float> gradients = row_of(d, row);
    const std::span<float> outputs = row_of(y, row);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      gradients[i] *= activation == Activation::tanh ? 1 - outputs[i] * outputs[i]
                                                     : (outputs[i] > 0 ? 1.0F : 0.0F);
  }
}

Losses softmax_gradient(MatrixView y, std::span<const std::int32_t> labels, std::int64_t classes,
                        double factor, MatrixView d) {
  Losses losses;
  std::vector<double> powers(static_cast<std::size_t>(classes));
  for (std::int64_t row = 0; row < y.rows; ++row) {
    const auto outputs = row_of(y, row).first(static_cast<std::size_t>(classes));
    const std::span<float> gradients = row_of(d, row);
    const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(row)]);
    const auto most = std::max_element(outputs.begin(), outputs.end());
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      sum += powers[i] = std::exp(double{outputs[i]} - double{*most});
    losses.sum += std::log(sum) - (double{outputs[label]} - double{*most});
    if (most - outputs.begin() == static_cast<std::ptrdiff_t>(label)) ++losses.correct;
    std::fill(gradients.begin(), gradients.end(), 0.0F);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double probability = powers[i] / sum;
      gradients[i] = static_cast<float>(factor * (probability - (i == label ? 1 : 0)));
    }
  }
  return losses;
}

std::string_view missing_instructions() {
#if defined(__x86_64__) && defined(__GNUC__)
#ifdef __AVX2__
  if (__builtin_cpu_supports("avx2") == 0) return "AVX2";
#endif
#ifdef __FMA__
  if (__builtin_cpu_supports("fma") == 0) return "FMA";
#endif
#ifdef __AVX512F__
  if (__builtin_cpu_supports("avx512f") == 0) return "AVX-512";
#endif
#endif
  return {};
}

}  // namespace lockstep::models
