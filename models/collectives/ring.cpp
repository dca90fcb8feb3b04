// Ring allreduce: a reduce-scatter round the ring, then an allgather round the ring.
//
// The vector is cut into P chunks. In each of P-1 steps every rank passes the chunk that it
// received last to its right neighbour, which folds it in; in P-1 further steps the finished
// chunks go round. Patarasuk and Yuan: "Bandwidth optimal all-reduce algorithms for clusters of
// workstations", JPDC 69 (2009).
#include <vector>

#include "models/collective.hpp"
#include "models/ring_allreduce.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Payload whole, Tag tag) {
  return ring_allreduce(worker, {0, worker.workers()}, whole, tag);
}

CollectiveCounts counts(const Setup& setup, std::int64_t count) {
  return ring_counts(setup, setup.workers, count);
}

Round one_step(const Setup& setup, NetworkView& network, std::int64_t count) {
  std::vector<Pair> pairs;
  for (Rank rank = 0; rank < (network.uniform() ? 1 : setup.workers); ++rank)
    pairs.emplace_back(rank, (rank + 1) % setup.workers);
  return network.round(pairs, block_count(count, setup.workers, 0) * setup.mlp.bytes_per_scalar);
}

template <class Term>
Term expression(const Setup& setup, const Round& step, std::int64_t count) {
  using T = Terms<Term>;
  const std::int64_t chunk = block_count(count, setup.workers, 0);
  const Term others = T::number("P", setup.workers) - Term(1);
  const Term hop = T::seconds("t_message(n/P)", step.slowest_s);
  const Term reduce = T::seconds("t_reduce(n/P)", setup.slowest_worker_s(fold(setup.mlp, chunk)));
  return Term(2) * others * hop + others * reduce;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, std::int64_t count) {
  if (setup.workers == 1) return {};
  const Round step = one_step(setup, network, count);
  ClaimedTime result{expression<double>(setup, step, count), TimeClaim::exact, {}};
  if (step.contended) {
    result.weaken(TimeClaim::estimate, "ranks that drift apart where ring steps share links");
  } else if (!step.alike) {
    result.weaken(TimeClaim::upper_bound, "every step is taken to last as long as the slowest");
  }
  if (count % setup.workers != 0)
    result.weaken(TimeClaim::upper_bound, "chunks that are one scalar smaller than the largest");
  return result;
}

Formula formula(const Setup& setup, NetworkView& network, std::int64_t count) {
  return expression<Formula>(setup, one_step(setup, network, count), count);
}

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
    .program = program,
    .serve = nullptr,
    .counts = counts,
    .duration = duration,
    .formula = formula,
};

}  // namespace lockstep::models
