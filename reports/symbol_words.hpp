// The symbols of closed forms in words. One letter means the same in all of them.
#pragma once

#include <string>
#include <string_view>

#include "models/cost/formula.hpp"
#include "reports/style.hpp"

namespace lockstep::reports {

// Returns what a symbol such as "P" or "t_message(n/P)" stands for; empty if nobody knows it, which
// a test forbids for all that stand in formulas.
[[nodiscard]] std::string symbol_words(std::string_view symbol);

// Returns each symbol of a formula with its value and its words.
[[nodiscard]] std::string symbols_text(const models::Formula& formula, Style style);

}  // namespace lockstep::reports
