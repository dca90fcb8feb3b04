// Explains an algorithm: words, options, formula, costs.
#pragma once

#include <string>
#include <string_view>

#include "models/language/setup.hpp"
#include "reports/table.hpp"

namespace lockstep::reports {

// Explains the setup's algorithm with the values of the setup; `where` says which setup that is.
[[nodiscard]] std::string explanation_text(const models::Setup& setup, std::string_view where,
                                           Style style);

}  // namespace lockstep::reports
