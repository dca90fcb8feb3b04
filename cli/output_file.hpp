// Writes output files, whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

// Returns in words why `file` could not be written, as far as can be told beforehand (no such
// folder, a folder in its place, no permission); empty if it can. Changes nothing.
[[nodiscard]] std::string check_output_file(const std::string& file);

// Writes `contents` to a temporary file in the same folder, which takes the name `file` once it is
// on the disk; what was there before stays until then. Devices and pipes are written to directly.
// Returns the error in words, or an empty text.
[[nodiscard]] std::string write_output_file(const std::string& file, std::string_view contents);

// Whether writing replaces the old file with a new one, which can be done again and again.
[[nodiscard]] bool is_replaced_whole(const std::string& file);

}  // namespace lockstep::cli
