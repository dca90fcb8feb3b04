// The symbols of closed forms in words. One letter means the same in all of them.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::reports {

// Returns what a symbol such as "P" or "t_message(n/P)" stands for; empty if nobody knows it, which
// a test forbids for all that stand in formulas.
[[nodiscard]] std::string symbol_words(std::string_view symbol);

}  // namespace lockstep::reports
