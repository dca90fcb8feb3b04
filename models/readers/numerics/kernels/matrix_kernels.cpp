#include "models/readers/numerics/kernels/matrix_kernels.hpp"

#include <algorithm>
#include <array>

namespace lockstep::models {

// What LOCKSTEP_KERNELS names in instruction_set.cpp, declared for each set that is compiled.
#define LOCKSTEP_DECLARE_KERNELS(set)                                                             \
  namespace set {                                                                                 \
  void multiply_forward(MatrixView x, MatrixView w, MatrixView y);                                \
  void multiply_backward_weight(MatrixView d, MatrixView x, MatrixView w);                        \
  void multiply_backward_input(MatrixView d, MatrixView w, MatrixView x);                         \
  void take_tanh(float* values, std::size_t count);                                               \
  constexpr MatrixKernels kernels(std::string_view name, bool (*runs_here)()) {                   \
    return {                                                                                      \
        name,     runs_here, multiply_forward, multiply_backward_weight, multiply_backward_input, \
        take_tanh};                                                                               \
  }                                                                                               \
  }

LOCKSTEP_DECLARE_KERNELS(baseline)
#ifdef LOCKSTEP_X86_64_KERNELS
LOCKSTEP_DECLARE_KERNELS(x86_64_v3)
LOCKSTEP_DECLARE_KERNELS(x86_64_v4)
#endif

namespace {

bool everywhere() { return true; }

#ifdef LOCKSTEP_X86_64_KERNELS
// Every processor that has these has the rest of its level, too, and its system saves the vectors.
bool has_v3() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
         __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
}

bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") != 0 &&
         __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}

constexpr std::array all = {x86_64_v4::kernels("x86-64-v4", has_v4),
                            x86_64_v3::kernels("x86-64-v3", has_v3),
                            baseline::kernels("x86-64", everywhere)};
#else
constexpr std::array all = {baseline::kernels("baseline", everywhere)};
#endif

const MatrixKernels*& in_use() {
  static const MatrixKernels* kernels =
      &*std::ranges::find_if(all, [](const MatrixKernels& each) { return each.runs_here(); });
  return kernels;
}

}  // namespace

std::span<const MatrixKernels> compiled_kernels() { return all; }

const MatrixKernels& kernels_in_use() { return *in_use(); }

bool use_kernels(std::string_view instruction_set) {
  const auto found = std::ranges::find(all, instruction_set, &MatrixKernels::instruction_set);
  if (found == all.end() || !found->runs_here()) return false;
  in_use() = &*found;
  return true;
}

}  // namespace lockstep::models
