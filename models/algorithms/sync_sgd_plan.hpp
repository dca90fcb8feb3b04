// The closed form of `sync_sgd`, and its time as a formula.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models::sync_sgd_plan {

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::sync_sgd_plan
