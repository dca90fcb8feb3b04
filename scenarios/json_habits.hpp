// Recognises what other languages accept and JSON does not: comments, trailing commas, single
// quotes, NaN, Python's None; and forgotten commas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::scenarios {

struct JsonHabit {
  std::size_t offset;   // where it stands, in bytes
  std::string message;  // "JSON has no comments"
};

// Returns the habit that stands at the byte where the parser stopped; `complaint` is the parser's
// message.
[[nodiscard]] std::optional<JsonHabit> find_json_habit(std::string_view text, std::size_t offset,
                                                       std::string_view complaint);

// Returns, for example, "is UTF-16: save it as UTF-8" if a text's first bytes show that it is not
// UTF-8; else an empty text.
[[nodiscard]] std::string why_not_utf8(std::string_view text);

}  // namespace lockstep::scenarios
