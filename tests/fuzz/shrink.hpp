// Makes a scenario smaller that breaks a rule, as long as it still breaks it.
#pragma once

#include <functional>

#include "scenarios/scenario.hpp"

namespace lockstep::fuzz {

// Leaves out keys and elements, and halves whole numbers, one at a time, until nothing more can
// go or `fails` was asked `most_questions` times. `fails` says whether a scenario is accepted by
// the loader and breaks the same rule.
[[nodiscard]] scenarios::Json shrunk(scenarios::Json scenario,
                                     const std::function<bool(const scenarios::Json&)>& fails,
                                     int most_questions);

}  // namespace lockstep::fuzz
