// Explains an algorithm: words, options, formula, costs.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/language/setup.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Explains the setup's algorithm with the values of the setup; `where` says which setup that is.
[[nodiscard]] std::string explanation_text(const models::Setup& setup, std::string_view where,
                                           Style style);

// Shows what setups cost side by side, of all iterations: closed form, simulation, bytes, memory
// and staleness.
[[nodiscard]] std::string relatives_text(std::span<const models::Setup> setups, Style style);

}  // namespace lockstep::reports
