// The numbers of `digits.csv`, row after row, from a source that CMake makes (cmake/embed.cmake).
#pragma once

#include <cstdint>
#include <span>

namespace lockstep::models {

extern const std::span<const std::uint8_t> digits_rows;

}  // namespace lockstep::models
