// The kernels whose bits depend on the processor's vectors: matrix products and tanh, compiled once
// for each instruction set, so that one program runs on every processor and is fast on each.
//
// On one instruction set equal numbers give equal bits, wherever they lie and however many threads
// compute. Between instruction sets the last bits differ: vectors of other lengths sum in another
// order, and x86-64-v3 and -v4 have fused multiply-adds.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "models/readers/numerics/matrix_view.hpp"

namespace lockstep::models {

// models/readers/numerics/products.hpp says what the products do.
struct MatrixKernels {
  std::string_view instruction_set;  // "x86-64", "x86-64-v3", "x86-64-v4"; elsewhere "baseline"
  bool (*runs_here)() = nullptr;     // whether this machine's processor has the instructions
  void (*multiply_forward)(MatrixView x, MatrixView w, MatrixView y) = nullptr;
  void (*multiply_backward_weight)(MatrixView d, MatrixView x, MatrixView w) = nullptr;
  void (*multiply_backward_input)(MatrixView d, MatrixView w, MatrixView x) = nullptr;
  void (*take_tanh)(float* values, std::size_t count) = nullptr;
};

// Returns all kernels that were compiled, the fastest first. The last one runs everywhere.
[[nodiscard]] std::span<const MatrixKernels> compiled_kernels();

// Returns the kernels in use: the first that run here, unless `use_kernels` chose others.
[[nodiscard]] const MatrixKernels& kernels_in_use();

// Chooses other kernels, for a run that is to have the same bits as one on a lesser processor.
// Returns false if no kernels of that name were compiled, or if they do not run here. Call it
// before anything computes.
[[nodiscard]] bool use_kernels(std::string_view instruction_set);

}  // namespace lockstep::models
