// Measuring this machine, with a progress bar.
#pragma once

#include <optional>

#include "models/devices/machine.hpp"

namespace lockstep::cli {

// Nothing if it was interrupted. `quick`: in a fraction of the time.
[[nodiscard]] std::optional<models::Machine> calibrate_here(bool quiet, bool quick);

// This machine's pulse at this moment (models/readers/calibrate/calibrate.hpp).
[[nodiscard]] double pulse_here();

}  // namespace lockstep::cli
