// What a message carries of its payload: the scalars or, if the payload is encoded, the bits,
// means, indices and factors that make it as short as compression.hpp says.
#pragma once

#include <span>
#include <vector>

#include "models/language/mlp.hpp"
#include "models/language/operation.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

struct WireContent {
  std::vector<float> words;  // anything but scalars stands in them bit by bit
  // Bytes are counted as they are written; `Mlp::precision` says how many a scalar has.
  Count bytes = 0;
};

// Packs a payload. `scalars` are those of the payload, in a row; if it is encoded, as `Coding` left
// them. `factors` are `Coding::own_factors` if the payload is low-rank.
[[nodiscard]] WireContent to_wire(const Mlp& mlp, const Payload& payload,
                                  std::vector<float> scalars, std::span<const float> factors);
// Unpacks the same scalars, to the last bit.
[[nodiscard]] std::vector<float> from_wire(const Mlp& mlp, const Payload& payload,
                                           std::vector<float> words);

}  // namespace lockstep::models
