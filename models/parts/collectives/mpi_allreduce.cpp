// MPI_Allreduce itself, to compare the others with. What it sends and folds is its own choice and
// its own business: nothing is counted, and its time is taken to be a ring's.
//
// It is not in the registry, for no program says what it does: only a run on MPI can call it.
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

const Collective& assumed() { return *find_collective("ring"); }

Program program(Worker& worker, Group /*group*/, Payload whole, Tag tag) {
  co_await worker.post(worker.rank(), summed_on_the_way + tag, whole);
  const Message sum = co_await worker.receive(worker.rank(), summed_on_the_way + tag);
  co_await worker.store(sum);
}

CollectiveCounts counts(const Setup& /*setup*/, Group /*group*/, Scalars /*vector*/) { return {}; }

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  ClaimedTime time = assumed().group_duration(setup, network, group, vector);
  time.weaken(TimeClaim::estimate, "MPI_Allreduce chooses its algorithm: a ring is assumed");
  return time;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return assumed().group_formula(setup, network, group, vector);
}

std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) {
  return assumed().group_unfolded(setup, group, vector);
}

}  // namespace

extern const Collective mpi_allreduce;
const Collective mpi_allreduce = {
    .kind = allreduce_by_mpi,
    .title = "MPI_Allreduce",
    .summary = "Whatever algorithm the MPI library chooses.",
    .source = "MPI: A Message-Passing Interface Standard, version 4.0, section 6.9.6",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
