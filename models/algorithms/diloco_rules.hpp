// The outer step of `diloco`. The parameters are the mean of all models before it and w after it; w
// and d are kept between steps.
#pragma once

#include "models/language/setup.hpp"
#include "models/language/update_rule.hpp"

namespace lockstep::models {

// Return mu and eta of diloco.cpp.
[[nodiscard]] double outer_momentum(const Setup& setup);
[[nodiscard]] double outer_learning_rate(const Setup& setup);

void outer_nesterov_step(UpdateSite& site);

// FLOPs a parameter: g 1, d 2, g + mu d 2, w 2. Reads the mean, w and d; writes d, w, and w once
// more, as the model that the next round trains.
inline constexpr UpdateRule outer_nesterov_rule = {.name = "outer_nesterov",
                                                   .flops = 7,
                                                   .scalars_touched = 6,
                                                   .copies = 2,
                                                   .gradients_read = 0,
                                                   .step = outer_nesterov_step};

}  // namespace lockstep::models
