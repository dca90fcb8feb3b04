#include "runs/sums_by_mpi.hpp"

#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::runs {

Faults faults_of_sums_by_mpi(const scenarios::Scenario& scenario) {
  Faults faults;
  for (const models::Setup& setup : scenario.runs)
    if (models::sums_by_mpi(setup))
      faults.push_back({setup.pointer + "/allreduce",
                        "\"mpi\" is MPI_Allreduce itself, which chooses its own algorithm: only "
                        "`lockstep execute --transport mpi` can call it"});
  return faults;
}

}  // namespace lockstep::runs
