// Says how much memory real numbers take, before they are made.
#pragma once

#include "models/language/setup.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

// Returns the bytes that training on the network of `computed` takes at least, with `ranks` of its
// ranks in this process: the start and the result, each rank's model, gradients and kept versions,
// activations, and the sums of a point of the loss curve. Messages under way and the state of
// update rules come on top.
[[nodiscard]] Count least_bytes_of_numbers(const Setup& computed, int ranks);

}  // namespace lockstep::models
