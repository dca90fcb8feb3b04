#include "models/readers/numerics/products.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/readers/numerics/kernels/matrix_kernels.hpp"

namespace lockstep::models {

namespace {

std::span<float> row_of(const MatrixView& view, std::int64_t row) {
  return {view.values + row * view.stride, static_cast<std::size_t>(view.columns)};
}

float& scalar_of(const MatrixView& column, std::size_t row) {
  return column.values[static_cast<std::int64_t>(row) * column.stride];
}

std::vector<float> scalars_of(const MatrixView& column) {
  std::vector<float> scalars(static_cast<std::size_t>(column.rows));
  for (std::size_t row = 0; row < scalars.size(); ++row) scalars[row] = scalar_of(column, row);
  return scalars;
}

}  // namespace

void multiply_forward(MatrixView x, MatrixView w, MatrixView y) {
  kernels_in_use().multiply_forward(x, w, y);
}

void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w) {
  kernels_in_use().multiply_backward_weight(d, x, w);
}

void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x) {
  kernels_in_use().multiply_backward_input(d, w, x);
}

// Biases stand apart, one in each row of the weights: they are gathered once for all samples.
void add_biases(MatrixView y, MatrixView biases) {
  const std::vector<float> gathered = scalars_of(biases);
  for (std::int64_t row = 0; row < y.rows; ++row) {
    const std::span<float> outputs = row_of(y, row);
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] += gathered[i];
  }
}

void sum_rows(MatrixView d, MatrixView biases) {
  std::vector<float> sums = scalars_of(biases);
  for (std::int64_t row = 0; row < d.rows; ++row) {
    const std::span<float> outputs = row_of(d, row);
    for (std::size_t i = 0; i < outputs.size(); ++i) sums[i] += outputs[i];
  }
  for (std::size_t i = 0; i < sums.size(); ++i) scalar_of(biases, i) = sums[i];
}

void activate(MatrixView y, Activation activation) {
  for (std::int64_t row = 0; row < y.rows; ++row) {
    const std::span<float> outputs = row_of(y, row);
    if (activation == Activation::tanh) {
      kernels_in_use().take_tanh(outputs.data(), outputs.size());
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

}  // namespace lockstep::models
