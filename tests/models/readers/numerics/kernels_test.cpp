// Every instruction set that this machine has computes the same products, up to rounding, and the
// same bits wherever the numbers lie.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "models/readers/numerics/kernels/matrix_kernels.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {
namespace {

// Numbers in a larger place: from `offset` on, with rows `stride` apart.
struct Placed {
  std::vector<float> all;
  MatrixView view;

  Placed(std::int64_t rows, std::int64_t columns, std::int64_t offset, std::int64_t stride)
      : all(static_cast<std::size_t>(offset + rows * stride)),
        view{all.data() + offset, rows, columns, stride} {}
  Placed(const Placed&) = delete;
  Placed& operator=(const Placed&) = delete;

  float& at(std::int64_t row, std::int64_t column) {
    return view.values[row * view.stride + column];
  }
};

void fill(Placed& matrix, std::uint64_t seed) {
  sim::RandomStream stream(seed, 0);
  for (std::int64_t row = 0; row < matrix.view.rows; ++row)
    for (std::int64_t column = 0; column < matrix.view.columns; ++column)
      matrix.at(row, column) = static_cast<float>(2 * stream.uniform() - 1);
}

struct Shape {
  std::int64_t samples, inputs, outputs;
};

const std::vector<Shape> shapes = {{1, 1, 1}, {3, 5, 7}, {16, 16, 16}, {17, 31, 33}, {64, 100, 9}};

// Y = X W^T, W += D^T X, X = D W of one shape, with all matrices `offset` scalars into their place.
struct Products {
  Placed x, w, y, weight_gradient, input_gradient;

  Products(const MatrixKernels& kernels, const Shape& shape, std::int64_t offset,
           std::int64_t more_stride)
      : x(shape.samples, shape.inputs, offset, shape.inputs + more_stride),
        w(shape.outputs, shape.inputs, offset, shape.inputs + more_stride),
        y(shape.samples, shape.outputs, offset, shape.outputs + more_stride),
        weight_gradient(shape.outputs, shape.inputs, offset, shape.inputs + more_stride),
        input_gradient(shape.samples, shape.inputs, offset, shape.inputs + more_stride) {
    fill(x, 1);
    fill(w, 2);
    fill(weight_gradient, 3);
    kernels.multiply_forward(x.view, w.view, y.view);
    kernels.multiply_backward_weight(y.view, x.view, weight_gradient.view);
    kernels.multiply_backward_input(y.view, w.view, input_gradient.view);
  }
};

// Sums of k products of numbers up to 1: single precision rounds each to 2^-24 of at most k.
double tolerance(double terms, double largest) { return terms * terms * largest * 6e-8 + 1e-7; }

void check_against_loops(const Shape& shape, Products& products) {
  Placed start(shape.outputs, shape.inputs, 0, shape.inputs);
  fill(start, 3);
  for (std::int64_t i = 0; i < shape.samples; ++i)
    for (std::int64_t j = 0; j < shape.outputs; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < shape.inputs; ++k)
        sum += double{products.x.at(i, k)} * products.w.at(j, k);
      CHECK(std::abs(sum - products.y.at(i, j)) <= tolerance(static_cast<double>(shape.inputs), 1));
    }
  const auto largest = static_cast<double>(shape.inputs);
  for (std::int64_t j = 0; j < shape.outputs; ++j)
    for (std::int64_t k = 0; k < shape.inputs; ++k) {
      double sum = start.at(j, k);
      for (std::int64_t i = 0; i < shape.samples; ++i)
        sum += double{products.y.at(i, j)} * products.x.at(i, k);
      CHECK(std::abs(sum - products.weight_gradient.at(j, k)) <=
            tolerance(static_cast<double>(shape.samples), largest));
    }
  for (std::int64_t i = 0; i < shape.samples; ++i)
    for (std::int64_t k = 0; k < shape.inputs; ++k) {
      double sum = 0;
      for (std::int64_t j = 0; j < shape.outputs; ++j)
        sum += double{products.y.at(i, j)} * products.w.at(j, k);
      CHECK(std::abs(sum - products.input_gradient.at(i, k)) <=
            tolerance(static_cast<double>(shape.outputs), largest));
    }
}

void check_equal(Placed& one, Placed& other) {
  for (std::int64_t row = 0; row < one.view.rows; ++row)
    for (std::int64_t column = 0; column < one.view.columns; ++column)
      CHECK(one.at(row, column) == other.at(row, column));
}

TEST_CASE("kernels: the baseline runs everywhere, and the best that runs here is in use") {
  REQUIRE_FALSE(compiled_kernels().empty());
  CHECK(compiled_kernels().back().runs_here());
  for (const MatrixKernels& kernels : compiled_kernels()) {
    if (!kernels.runs_here()) continue;
    CHECK(kernels_in_use().instruction_set == kernels.instruction_set);
    break;
  }
  CHECK_FALSE(use_kernels("x86-64-v9"));
}

TEST_CASE("kernels: products of every instruction set that runs here are those of plain loops") {
  for (const MatrixKernels& kernels : compiled_kernels()) {
    if (!kernels.runs_here()) continue;
    CAPTURE(kernels.instruction_set);
    for (const Shape& shape : shapes) {
      Products products(kernels, shape, 0, 0);
      check_against_loops(shape, products);
    }
  }
}

TEST_CASE("kernels: equal numbers give equal bits wherever they lie") {
  for (const MatrixKernels& kernels : compiled_kernels()) {
    if (!kernels.runs_here()) continue;
    CAPTURE(kernels.instruction_set);
    for (const Shape& shape : shapes)
      for (const std::int64_t offset : {1, 2, 7}) {
        Products packed(kernels, shape, 0, 0);
        Products apart(kernels, shape, offset, offset + 1);
        check_equal(packed.y, apart.y);
        check_equal(packed.weight_gradient, apart.weight_gradient);
        check_equal(packed.input_gradient, apart.input_gradient);
      }
  }
}

TEST_CASE("kernels: tanh of every instruction set is within 1e-6, and the same at any place") {
  for (const MatrixKernels& kernels : compiled_kernels()) {
    if (!kernels.runs_here()) continue;
    CAPTURE(kernels.instruction_set);
    Placed row(1, 131, 0, 131);
    Placed later(1, 131, 5, 131);
    for (std::int64_t i = 0; i < 131; ++i)
      row.at(0, i) = later.at(0, i) = static_cast<float>(i - 65) / 8;
    kernels.take_tanh(row.view.values, 131);
    kernels.take_tanh(later.view.values, 131);
    check_equal(row, later);
    for (std::int64_t i = 0; i < 131; ++i)
      CHECK(row.at(0, i) ==
            doctest::Approx(std::tanh(static_cast<double>(i - 65) / 8)).epsilon(1e-6));
  }
}

}  // namespace
}  // namespace lockstep::models
