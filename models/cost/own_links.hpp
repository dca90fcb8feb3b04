// Closed forms that know at least what links carry: an algorithm's own bound may follow one message
// where many go over one link.
#pragma once

#include "models/cost/closed_form.hpp"
#include "models/cost/formula.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

// Raises the time of a lower bound or an estimate to `bytes_s` or `busiest_link_s`
// (certain_time.hpp), where that is more.
void raise_to_own_links(const Setup& setup, ClosedForm& form);

// Returns the formula of the algorithm's closed form, with that bound where it is the time.
[[nodiscard]] Formula formula_of(const Setup& setup);

}  // namespace lockstep::models
