// Reduce-scatter: every rank ends with the sum of the block that it owns. The first half of a ring
// allreduce. Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005).
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  return ring_reduce_scatter(worker, group, whole, tag, 0);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {others * vector.bytes(), others * group.count, others * vector.count};
}

struct Time {
  template <class Term>
  static Term expression(const Setup& setup, Group group, const Round& step, Scalars vector) {
    using T = Terms<Term>;
    const Term others = T::number("P", group.count) - Term(1);
    return others * (T::seconds("t_message(n/P)", step.slowest_s) +
                     T::seconds("t_reduce(n/P)", ring_fold_s(setup, group, vector)));
  }
};

}  // namespace

extern const Collective reduce_scatter;
const Collective reduce_scatter = {
    .kind = "reduce_scatter",
    .title = "Reduce-scatter (ring)",
    .summary =
        "Not a whole allreduce: every rank gets the sum of its own block only, in P-1 steps round "
        "a ring.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = ring_duration<Time>,
    .group_formula = ring_formula<Time>,
    .operation = CollectiveOperation::reduce_scatter,
    .group_unfolded = unfolded_on_ring,
};

}  // namespace lockstep::models
