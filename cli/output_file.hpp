// Output files, whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

// Why `file` could not be written, as far as that shows beforehand (no such folder, a folder in its
// place, no permission), in words; empty if it can. Changes nothing.
[[nodiscard]] std::string check_output_file(const std::string& file);

// Writes `contents` to a temporary file in the same folder, which takes the name `file` once it is
// on the disk; what was there before stays until then. Devices and pipes are written to directly.
// The error in words, or empty.
[[nodiscard]] std::string write_output_file(const std::string& file, std::string_view contents);

// Whether writing puts a new file in the place of the old one, which can be done again and again.
[[nodiscard]] bool is_replaced_whole(const std::string& file);

}  // namespace lockstep::cli
