// Text for terminals: makes the text of a hostile file harmless, counts columns, and formats
// numbers for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/style.hpp"
#include "sim/base/count.hpp"

namespace lockstep::reports {

// Returns `text` with everything that could drive a terminal written out: control characters ("\n",
// "\x1b"), Unicode's own controls and direction marks ("\u202e"), and bytes that are not UTF-8
// ("\xff").
[[nodiscard]] std::string printable(std::string_view text);

// Returns how many columns valid UTF-8 takes on a terminal: 2 for East Asian wide characters and
// emoji, 0 for combining marks, 1 for all others.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// Shortens `text` to at most `columns`, with an ellipsis in the middle where something was left
// out, because labels that begin alike often differ at their ends.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t columns);

// Return `text` with spaces added before or after it, to `columns`.
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t columns);

// Returns lines of at most `columns`, broken at spaces; a longer word stands on a line of its own.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// Returns `lead`, then `text` wrapped into the columns from `lead` to the style's last; ends in a
// newline.
[[nodiscard]] std::string hanging(std::string_view lead, std::string_view text, Style style);

// Returns "  what    words", the words in a column of their own.
[[nodiscard]] std::string definition(std::string_view what, std::string_view words, Style style);

// Returns all digits: "18446744073709551616".
[[nodiscard]] std::string count_text(Count count);

// Returns three significant digits and a metric prefix, for a number without a unit: "12.5 k",
// "1.34 G", "7".
[[nodiscard]] std::string prefixed(double value);

// Returns the shortest text that reads back as the same double.
[[nodiscard]] std::string round_trip(double value);

}  // namespace lockstep::reports
