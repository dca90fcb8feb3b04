// How parameters are updated: what a rule costs for each of them. The rules of one algorithm stand
// in its own file; this one is everybody's.
#pragma once

#include <cstdint>
#include <string_view>

namespace lockstep::models {

struct UpdateSite;

struct UpdateRule {
  std::string_view name;
  std::int64_t flops = 0;            // a parameter
  std::int64_t scalars_touched = 0;  // a parameter: read and written in device memory
  // Vectors as long as the parameters that it keeps from update to update, each of them read and
  // written; and how many of the scalars touched are a gradient's.
  std::int64_t copies = 0;
  std::int64_t gradients_read = 1;
  // Carries it out on real numbers (update_site.hpp).
  void (*step)(UpdateSite& site) = nullptr;
  // Whose vectors it works on, if not its own: one that takes turns with another goes on with them.
  const UpdateRule* state_of = nullptr;
};

void sgd_step(UpdateSite& site);

// w <- w - learning_rate g: reads parameter and gradient, writes parameter.
inline constexpr UpdateRule sgd_rule = {
    .name = "sgd", .flops = 2, .scalars_touched = 3, .step = sgd_step};

}  // namespace lockstep::models
