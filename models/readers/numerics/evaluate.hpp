// How good a model is: its loss on the samples that it learns from, its accuracy on those held out.
#pragma once

#include <cstdint>
#include <span>

#include "models/readers/numerics/problem.hpp"

namespace lockstep::models {

struct Quality {
  double loss = 0;      // mean cross entropy over the first `most_loss_samples` to learn from
  double accuracy = 0;  // share of all held-out samples that are classified correctly
};

inline constexpr std::int64_t most_loss_samples = 2048;
inline constexpr std::int64_t most_evaluated_at_once = 256;  // samples in a product

[[nodiscard]] Quality evaluate(const Problem& problem, std::span<const float> parameters);

}  // namespace lockstep::models
