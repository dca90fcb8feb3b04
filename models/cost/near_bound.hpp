// When a bound is near. About the most that a run takes is what it takes if nothing overlaps and
// every message waits for all others on its way; nothing is claimed of it. Where that is not much
// more than the least, the bound is near; else it is rough, and says so.
#pragma once

#include <string_view>

#include "models/cost/closed_form.hpp"

namespace lockstep::models {

// A bound is near where a run takes at most so many times as long.
inline constexpr double near_factor = 1.2;

// A collective whose time is a lower bound may take so many times that longer.
inline constexpr double far_sum = 1.5;

// For lower bounds; other claims are left as they are.
void note_rough(ClosedForm& form, double most_s, std::string_view why);

}  // namespace lockstep::models
