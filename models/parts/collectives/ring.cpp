// Ring allreduce: a reduce-scatter round the ring, then an allgather round the ring.
//
// The vector is cut into P chunks. In each of P-1 steps every rank passes the chunk that it
// received last to its right neighbour, which folds it in; in P-1 further steps the finished
// chunks go round. Patarasuk and Yuan: "Bandwidth optimal all-reduce algorithms for clusters of
// workstations", JPDC 69 (2009).
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

// The chunk that a rank finishes lies one ahead of it, so that it begins with its own.
constexpr int ahead = 1;

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  co_await ring_reduce_scatter(worker, group, whole, tag, ahead);
  co_await ring_allgather(worker, group, whole, tag, ahead);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {2 * others * vector.bytes(), 2 * others * group.count, others * vector.count};
}

struct Time {
  template <class Term>
  static Term expression(const Setup& setup, Group group, const Round& step, Scalars vector) {
    using T = Terms<Term>;
    const Term others = T::number("P", group.count) - Term(1);
    const Term hop = T::seconds("t_message(n/P)", step.slowest_s);
    const Term reduce = T::seconds("t_reduce(n/P)", ring_fold_s(setup, group, vector));
    return Term(2) * others * hop + others * reduce;
  }
};

}  // namespace

extern const Collective ring;
const Collective ring = {
    .kind = "ring",
    .title = "Ring",
    .summary =
        "Chunks go round a ring, first summed, then shared: the fewest bytes, in 2(P-1) "
        "steps.",
    .source = "Patarasuk and Yuan, JPDC 69 (2009)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = ring_duration<Time>,
    .group_formula = ring_formula<Time>,
    .group_unfolded = unfolded_on_ring,
};

}  // namespace lockstep::models
