// What closed forms say of the runs of a scenario.
#pragma once

#include "models/language/setup.hpp"
#include "models/parts/replicas/grown_topologies.hpp"
#include "reports/report.hpp"
#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::runs {

// Returns the closed form of a run of `scenario` and how many workers would be best for it; several
// may be evaluated at once.
[[nodiscard]] reports::Run cost_of(const scenarios::Scenario& scenario, const models::Setup& setup,
                                   models::GrownTopologies& topologies);

// Returns all faults of what closed forms cannot say.
[[nodiscard]] Faults faults_of_costs(const reports::Report& report);

}  // namespace lockstep::runs
