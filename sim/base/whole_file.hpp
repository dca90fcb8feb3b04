// Reads files at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "sim/base/result.hpp"

namespace lockstep {

// Returns all bytes of a regular file, or why there are none: "there is no such file". A larger one
// than `most_bytes`, which must be GiB or MiB, is refused before it is read.
[[nodiscard]] Result<std::string> read_whole_file(const std::filesystem::path& file,
                                                  std::uintmax_t most_bytes);

}  // namespace lockstep
