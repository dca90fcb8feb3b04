// All algorithms, in the order in which they are listed.
#pragma once

#include <span>
#include <string_view>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

[[nodiscard]] std::span<const Algorithm* const> algorithms();
[[nodiscard]] const Algorithm* find_algorithm(std::string_view kind);

}  // namespace lockstep::models
