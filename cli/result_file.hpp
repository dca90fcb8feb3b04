// Writes results to files, or to stdout for `-`, and complains if that fails.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

// Whether `file` can be written, as far as can be told beforehand; an empty name is no file.
[[nodiscard]] bool can_write(const std::string& file);
[[nodiscard]] bool write_result(const std::string& file, std::string_view contents);

}  // namespace lockstep::cli
