// Files for results, and `-`, which stands for stdout; what goes wrong is complained of.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::cli {

// Whether `file` can be written, as far as that shows beforehand; an empty name is no file.
[[nodiscard]] bool can_write(const std::string& file);
[[nodiscard]] bool write_result(const std::string& file, std::string_view contents);

}  // namespace lockstep::cli
