// The runs of a scenario on the network that is computed, for the commands that compute numbers.
#pragma once

#include <vector>

#include "models/language/setup.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::runs {

// Returns one setup for each run of the scenario, or the faults of all of them.
[[nodiscard]] Result<std::vector<models::Setup>> computed_runs(const scenarios::Scenario& scenario);

}  // namespace lockstep::runs
