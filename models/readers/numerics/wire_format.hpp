// What a message carries of its payload: scalars, or of an encoded payload the bits, means, indices
// and factors that make it as short as compression.hpp says.
#pragma once

#include <span>
#include <vector>

#include "models/language/mlp.hpp"
#include "models/language/operation.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

struct WireContent {
  std::vector<float> words;  // what is no scalar stands in them bit by bit
  // Counted as they are written, a scalar as `Mlp::precision` says.
  Count bytes = 0;
};

// `scalars`: of the payload, in a row; if it is encoded, what `Coding` made of them. `factors`: of
// a low-rank payload, `Coding::own_factors`.
[[nodiscard]] WireContent to_wire(const Mlp& mlp, const Payload& payload,
                                  std::vector<float> scalars, std::span<const float> factors);
// The same scalars, to the last bit.
[[nodiscard]] std::vector<float> from_wire(const Mlp& mlp, const Payload& payload,
                                           std::vector<float> words);

}  // namespace lockstep::models
