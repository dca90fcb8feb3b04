// Update rules of parameters as formulas. A test evaluates each formula beside the rule's own code,
// on random numbers: what is printed is what is computed.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::reports {

// Returns statements that are carried out one after another, for every parameter w and its gradient
// g: "v <- momentum * v - rate * g; w <- w + v". Their operators are + - * /, their functions sqrt.
// Empty if no formula is known for a rule of that name (`UpdateRule::name`).
[[nodiscard]] std::string_view rule_formula(std::string_view rule);

// Returns what its letters mean: "v: velocity, 0 at first".
[[nodiscard]] std::string_view rule_letters(std::string_view rule);

}  // namespace lockstep::reports
