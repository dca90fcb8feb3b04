// What the program and the closed form of `d_psgd` share.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models::d_psgd_plan {

[[nodiscard]] bool overlaps(const Setup& setup);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);
void loads(const Setup& setup, NetworkLoads& loads);

}  // namespace lockstep::models::d_psgd_plan
