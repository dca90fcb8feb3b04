// Text for terminals: what a hostile file says made harmless, columns counted, numbers for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/count.hpp"

namespace lockstep::reports {

// `text` with everything that could drive a terminal written out: control characters ("\n",
// "\x1b"), Unicode's own controls and direction marks ("\u202e"), and bytes that are not UTF-8
// ("\xff").
[[nodiscard]] std::string printable(std::string_view text);

// The columns that valid UTF-8 takes on a terminal: 2 for East Asian wide characters and emoji, 0
// for combining marks, 1 for all others.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// At most `columns` wide, with an ellipsis in the middle where something was left out: labels
// that begin alike often differ at their ends.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t columns);

// `text` with spaces added before or after it, to `columns`.
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t columns);

// Lines of at most `columns`, broken at spaces; a longer word stands on a line of its own.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// `lead`, then `text` wrapped into the columns from `lead` to the 80th; ends in a newline.
[[nodiscard]] std::string hanging(std::string_view lead, std::string_view text);

// All digits: "18446744073709551616".
[[nodiscard]] std::string count_text(Count count);

// Three significant digits and a prefix for what has no unit: "12.5 k", "1.34 G", "7".
[[nodiscard]] std::string prefixed(double value);

// The shortest text that reads back as the same double.
[[nodiscard]] std::string round_trip(double value);

}  // namespace lockstep::reports
