// How much memory real numbers take, known before they are made.
#pragma once

#include "models/language/setup.hpp"
#include "sim/base/count.hpp"

namespace lockstep::models {

// Bytes that training on the network of `computed` takes at least, with `ranks` of its ranks in
// this process: the start and the result, a model and its gradients a rank with the versions that
// it keeps, activations, and the sums of a point of the loss curve. Messages under way and what
// update rules keep come on top.
[[nodiscard]] Count least_bytes_of_numbers(const Setup& computed, int ranks);

}  // namespace lockstep::models
