// The elements of a payload in a row of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/language/operation.hpp"

namespace lockstep::models {

[[nodiscard]] inline std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

[[nodiscard]] inline std::span<float> slice(std::span<float> all, const Payload& payload) {
  return all.subspan(at(payload.offset), at(payload.count));
}

}  // namespace lockstep::models
