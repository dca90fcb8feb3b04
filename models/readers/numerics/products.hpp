// The products of a layer on real numbers, and what stands between layers. Products and tanh are
// those of models/readers/numerics/kernels.
//
// Matrices are row-major. X: samples x inputs, Y and D: samples x outputs, W: outputs x inputs;
// with rows that may lie further apart than they are long (`stride`); so may the scalars of biases.
#pragma once

#include <cstdint>
#include <span>

#include "models/readers/numerics/matrix_view.hpp"
#include "models/readers/numerics/problem.hpp"

namespace lockstep::models {

// Y = X W^T. Biases are added and activations taken apart, for parts of layers need sums between.
void multiply_forward(MatrixView x, MatrixView w, MatrixView y);
// W += D^T X.
void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w);
// X = D W.
void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x);

// `biases`: a column, a scalar for each of y's.
void add_biases(MatrixView y, MatrixView biases);
// biases += the sum of all rows of d.
void sum_rows(MatrixView d, MatrixView biases);

void activate(MatrixView y, Activation activation);
// d *= the activation's derivative where its outputs are `y`.
void multiply_derivative(MatrixView d, MatrixView y, Activation activation);

// Of samples whose outputs, before the softmax, are `y`, and whose labels are `labels`: d becomes
// the gradient of the sum of all losses times `factor`; outputs from `classes` on take no part.
struct Losses {
  double sum = 0;
  std::int64_t correct = 0;
};
Losses softmax_gradient(MatrixView y, std::span<const std::int32_t> labels, std::int64_t classes,
                        double factor, MatrixView d);

}  // namespace lockstep::models
