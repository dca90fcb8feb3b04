// Compiled once for each instruction set, with LOCKSTEP_KERNELS the namespace of its kernels.
//
// Functions that every set's object defines under one name would be merged when the program is
// linked, and a processor might meet instructions that it lacks. So the matrix library gets a
// namespace of its own for each set, and nothing here uses templates of the standard library; a
// test reads the objects' symbols.
#define LOCKSTEP_JOIN_(a, b) a##b
#define LOCKSTEP_JOIN(a, b) LOCKSTEP_JOIN_(a, b)
#define Eigen LOCKSTEP_JOIN(Eigen_, LOCKSTEP_KERNELS)
// How a product of small matrices is summed must not depend on where they lie in memory: Eigen's
// own way for those does.
#define EIGEN_GEMM_TO_COEFFBASED_THRESHOLD 1
// Nor on the processor's caches, by whose sizes Eigen would divide the sums.
#define EIGEN_NO_CPUID

#include <Eigen/Core>
#include <cstddef>

#include "models/readers/numerics/matrix_view.hpp"

namespace lockstep::models::LOCKSTEP_KERNELS {

// Declared here and not in a header: each set has its own, and nothing but its table calls them.
void multiply_forward(MatrixView x, MatrixView w, MatrixView y);
void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w);
void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x);
void take_tanh(float* values, std::size_t count);

namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<RowMajor, Eigen::Unaligned, Eigen::OuterStride<>>;

Map map_of(const MatrixView& view) {
  const auto rows = static_cast<Eigen::Index>(view.rows);
  const auto columns = static_cast<Eigen::Index>(view.columns);
  return {view.values, rows, columns, Eigen::OuterStride<>(static_cast<Eigen::Index>(view.stride))};
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

// By blocks in one aligned place, the last one filled up: each element takes the same way through
// the processor's vectors wherever it lies, so that equal numbers give equal bits.
void take_tanh(float* values, std::size_t count) {
  constexpr std::size_t most = 64;
  Eigen::Array<float, most, 1> block = Eigen::Array<float, most, 1>::Zero();
  for (std::size_t first = 0; first < count; first += most) {
    const std::size_t length = count - first < most ? count - first : most;
    for (std::size_t i = 0; i < length; ++i) block.data()[i] = values[first + i];
    block = block.tanh().eval();
    for (std::size_t i = 0; i < length; ++i) values[first + i] = block.data()[i];
  }
}

}  // namespace lockstep::models::LOCKSTEP_KERNELS
