// Where the elements of `own_parameters` and `own_gradients` stand: a rank keeps, or updates, parts
// of the model, and these buffers are its parts in a row.
#pragma once

#include <vector>

#include "models/language/operation.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

// The elements of `payload` in the order in which messages hold them, each part in a row of the
// parameters or gradients. Other payloads are one part.
[[nodiscard]] std::vector<Payload> parts_of(const Setup& setup, Rank rank, const Payload& payload);

}  // namespace lockstep::models
