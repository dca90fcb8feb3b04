// How collectives cut what they carry into blocks.
#pragma once

#include <cstdint>

#include "models/language/operation.hpp"

namespace lockstep::models {

// Returns block `index` of `whole`, cut into `parts` blocks as equal as can be (`block_offset`).
[[nodiscard]] inline Payload equal_part(const Payload& whole, std::int64_t parts,
                                        std::int64_t index) {
  return whole.part(block_offset(whole.count, parts, index),
                    block_count(whole.count, parts, index));
}

}  // namespace lockstep::models
