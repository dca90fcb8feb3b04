// What people write that other languages take and JSON does not: comments, trailing commas, single
// quotes, NaN, Python's None; and forgotten commas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::scenarios {

struct JsonHabit {
  std::size_t offset;   // where it stands, in bytes
  std::string message;  // "comments are no part of JSON"
};

// Which of them stands at the byte where the parser stopped; `complaint` are the parser's words.
[[nodiscard]] std::optional<JsonHabit> find_json_habit(std::string_view text, std::size_t offset,
                                                       std::string_view complaint);

// "is UTF-16: save it as UTF-8", of an encoding that is told by a text's first bytes; else empty.
[[nodiscard]] std::string why_not_utf8(std::string_view text);

}  // namespace lockstep::scenarios
