// Sums that only one command can make.
#pragma once

#include "scenarios/scenario.hpp"
#include "sim/base/result.hpp"

namespace lockstep::runs {

// Returns a fault for each run that sums by MPI_Allreduce.
[[nodiscard]] Faults faults_of_sums_by_mpi(const scenarios::Scenario& scenario);

}  // namespace lockstep::runs
