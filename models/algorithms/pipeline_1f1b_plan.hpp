// The closed form of `pipeline_1f1b`, and its time as a formula.
#pragma once

#include "models/cost/algorithm.hpp"

namespace lockstep::models::pipeline_1f1b_plan {

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::pipeline_1f1b_plan
