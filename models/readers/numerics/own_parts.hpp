// Finds the elements of `own_parameters` and `own_gradients`. A rank keeps, or updates, parts of
// the model, and these buffers are its parts one after another.
#pragma once

#include <vector>

#include "models/language/operation.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

// Returns the elements of `payload` in the order in which messages hold them, as contiguous parts
// of the parameters or gradients. A payload of any other buffer is one part.
[[nodiscard]] std::vector<Payload> parts_of(const Setup& setup, Rank rank, const Payload& payload);

}  // namespace lockstep::models
