// What the hosts of a run must hold, beside what their devices can.
#pragma once

#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"

namespace lockstep::models {

// Returns the bytes that each host must hold: a worker's memory, a server's, or both.
[[nodiscard]] std::vector<Count> memory_by_host(const Setup& setup, const ClosedForm& closed);

// Whether the device of each host holds that; true with measured stages on devices that nobody
// described.
[[nodiscard]] bool fits_in_memory(const Setup& setup, const ClosedForm& closed);

}  // namespace lockstep::models
