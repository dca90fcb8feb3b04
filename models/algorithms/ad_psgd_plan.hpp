// The closed form of `ad_psgd`, and its time as a formula.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models::ad_psgd_plan {

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);
void loads(const Setup& setup, NetworkLoads& loads);

}  // namespace lockstep::models::ad_psgd_plan
