// Tells near lower bounds on the time of a run from rough ones. A run takes about the most time if
// nothing overlaps and every message waits for all others on its way; nothing is claimed about that
// time. If it is not much more than the lower bound, the bound is near; otherwise it is rough, and
// says so.
#pragma once

#include <string_view>

#include "models/cost/closed_form.hpp"

namespace lockstep::models {

// A bound is near if a run takes at most this many times as long.
inline constexpr double near_factor = 1.2;

// A collective whose time is a lower bound may take up to this many times that bound in addition.
inline constexpr double far_sum = 1.5;

// Sets `form.rough` to `why` if the claim is a lower bound and `most_s` is more than `near_factor`
// times as long; leaves other closed forms as they are.
void note_rough(ClosedForm& form, double most_s, std::string_view why);

}  // namespace lockstep::models
