// Update rules of parameters, and what they cost per parameter. An algorithm's own rules are
// defined in its own file; `sgd_rule` serves all algorithms.
#pragma once

#include <cstdint>
#include <string_view>

namespace lockstep::models {

struct UpdateSite;

struct UpdateRule {
  std::string_view name;
  std::int64_t flops = 0;            // per parameter
  std::int64_t scalars_touched = 0;  // per parameter, read and written in device memory
  // Vectors as long as the parameters that the rule keeps from update to update; each is read and
  // written.
  std::int64_t copies = 0;
  std::int64_t gradients_read = 1;  // per parameter: scalars touched that belong to a gradient
  // Carries out the update on real numbers (update_site.hpp).
  void (*step)(UpdateSite& site) = nullptr;
  // The rule whose vectors this one works on, if not its own: a rule that takes turns with another
  // continues with its vectors.
  const UpdateRule* state_of = nullptr;
};

void sgd_step(UpdateSite& site);

// w <- w - learning_rate g: reads parameter and gradient, writes parameter.
inline constexpr UpdateRule sgd_rule = {
    .name = "sgd", .flops = 2, .scalars_touched = 3, .step = sgd_step};

}  // namespace lockstep::models
