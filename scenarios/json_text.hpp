// Reads JSON documents from files, with faults that name line and column.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::scenarios {

inline constexpr std::size_t most_file_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t most_levels = 64;

// Returns the content of a file (a pipe or a device will do), or why there is none. A file over
// `most_file_bytes` is refused before it is read.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file);

// Returns the document that a text holds. Its faults are: an encoding other than UTF-8; the first
// syntax error, with pointer "line 3, column 7" (columns count characters, from 1), and by name if
// it is a habit from elsewhere (comments, trailing commas); every duplicate key; nesting over
// `most_levels` levels, where reading stops; a number that no double holds.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace lockstep::scenarios
