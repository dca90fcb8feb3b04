// Measuring this machine, with a progress bar.
#pragma once

#include <optional>

#include "models/devices/machine.hpp"

namespace lockstep::cli {

// Calibrates this machine, in a fraction of the time if `quick`. Returns nothing if it was
// interrupted.
[[nodiscard]] std::optional<models::Machine> calibrate_here(bool quiet, bool quick);

// Returns this machine's pulse at this moment (models/readers/calibrate/calibrate.hpp).
[[nodiscard]] double pulse_here();

}  // namespace lockstep::cli
