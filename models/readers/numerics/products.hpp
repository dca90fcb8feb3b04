// The products of a layer on real numbers, and the functions between layers. Products and tanh are
// those of models/readers/numerics/kernels.
//
// Matrices are row-major. X is samples x inputs, Y and D are samples x outputs, W is outputs x
// inputs. Rows may lie further apart than they are long (`stride`), and so may the scalars of
// biases.
#pragma once

#include <cstdint>
#include <span>

#include "models/readers/numerics/matrix_view.hpp"
#include "models/readers/numerics/problem.hpp"

namespace lockstep::models {

// Y = X W^T. Biases and activations are separate functions, because parts of layers need sums in
// between.
void multiply_forward(MatrixView x, MatrixView w, MatrixView y);
// W += D^T X.
void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w);
// X = D W.
void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x);

// Adds `biases`, a column vector with one scalar for each column of y.
void add_biases(MatrixView y, MatrixView biases);
// biases += the sum of all rows of d.
void sum_rows(MatrixView d, MatrixView biases);

void activate(MatrixView y, Activation activation);
// d *= the activation's derivative where its outputs are `y`.
void multiply_derivative(MatrixView d, MatrixView y, Activation activation);

struct Losses {
  double sum = 0;
  std::int64_t correct = 0;  // samples that are classified correctly
};
// Returns the losses of samples whose outputs, before the softmax, are `y`, and whose labels are
// `labels`. Sets d to the gradient of the sum of all losses times `factor`. Outputs from `classes`
// on take no part.
Losses softmax_gradient(MatrixView y, std::span<const std::int32_t> labels, std::int64_t classes,
                        double factor, MatrixView d);

}  // namespace lockstep::models
