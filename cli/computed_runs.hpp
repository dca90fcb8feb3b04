// The runs of a scenario on the network that is computed, for the commands that compute numbers.
#pragma once

#include <vector>

#include "cli/scenario_files.hpp"

namespace lockstep::cli {

// Returns one setup for each run of the scenario, or the faults of all of them.
[[nodiscard]] Result<std::vector<models::Setup>> computed_runs(const scenarios::Scenario& scenario);

}  // namespace lockstep::cli
