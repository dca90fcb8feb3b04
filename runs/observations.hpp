// How much of what happens in runs is kept.
#pragma once

#include <cstddef>

#include "models/language/setup.hpp"
#include "models/readers/simulate/causes.hpp"
#include "models/readers/simulate/recording.hpp"

namespace lockstep::runs {

// Returns a recording for one of `runs` runs, with its share of the room that there is for all.
[[nodiscard]] models::Recording recording_of(const models::Setup& setup, std::size_t runs);

// Likewise, for the causes of what happens.
[[nodiscard]] models::Causes causes_of(std::size_t runs);

}  // namespace lockstep::runs
