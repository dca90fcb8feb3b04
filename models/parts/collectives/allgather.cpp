// Allgather: every rank ends with the blocks of all. The second half of a ring allreduce. Thakur,
// Rabenseifner and Gropp, IJHPCA 19 (2005).
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  return ring_allgather(worker, group, whole, tag, 0);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {others * vector.bytes(), others * group.count, 0};
}

struct Time {
  template <class Term>
  static Term expression(const Setup& /*setup*/, Group group, const Round& step,
                         Scalars /*vector*/) {
    using T = Terms<Term>;
    const Term others = T::number("P", group.count) - Term(1);
    return others * T::seconds("t_message(n/P)", step.slowest_s);
  }
};

}  // namespace

extern const Collective allgather;
const Collective allgather = {
    .kind = "allgather",
    .title = "Allgather (ring)",
    .summary =
        "Not an allreduce: the blocks of all ranks go round a ring until every rank has all of "
        "them, in P-1 steps.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = ring_duration<Time>,
    .group_formula = ring_formula<Time>,
    .operation = CollectiveOperation::allgather,
};

}  // namespace lockstep::models
