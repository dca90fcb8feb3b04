// What the program and the closed form of `synthetic_gradients` share.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models::synthetic_gradients_plan {

// The network that predicts the gradient of a module's output.
struct Synthesiser {
  std::int64_t depth = 0;  // 0: the last module needs none
  std::int64_t layer = 0;  // the model's layer whose output gradient it predicts
  std::int64_t width = 0;

  [[nodiscard]] std::int64_t parameters() const { return depth * (width * width + width); }
};

[[nodiscard]] Synthesiser synthesiser_of(const Setup& setup, Rank module);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::synthetic_gradients_plan
