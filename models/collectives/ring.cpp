// Ring allreduce: a reduce-scatter round the ring, then an allgather round the ring.
//
// The vector is cut into P chunks. In each of P-1 steps every rank passes the chunk that it
// received last to its right neighbour, which folds it in; in P-1 further steps the finished
// chunks go round. Patarasuk and Yuan: "Bandwidth optimal all-reduce algorithms for clusters of
// workstations", JPDC 69 (2009).
#include <vector>

#include "models/collective.hpp"

namespace lockstep::models {

namespace {

Payload chunk_of(const Payload& whole, int ranks, int index) {
  const int chunk = ((index % ranks) + ranks) % ranks;
  return {whole.buffer, whole.offset + block_offset(whole.count, ranks, chunk),
          block_count(whole.count, ranks, chunk)};
}

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const int ranks = group.count;
  const int index = group.index_of(worker.rank());
  const Rank right = group.rank_of((index + 1) % ranks);
  const Rank left = group.rank_of((index + ranks - 1) % ranks);
  for (int step = 0; step < ranks - 1; ++step) {
    const Payload chunk = chunk_of(whole, ranks, index - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.reduce(received);
  }
  for (int step = 0; step < ranks - 1; ++step) {
    const Payload chunk = chunk_of(whole, ranks, index + 1 - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.store(received);
  }
}

CollectiveCounts counts(const Setup& setup, Group group, std::int64_t count) {
  const Count others = group.count - 1;
  return {2 * others * count * setup.mlp.bytes_per_scalar, 2 * others * group.count,
          others * count};
}

Round one_step(const Setup& setup, NetworkView& network, Group group, std::int64_t count) {
  std::vector<Pair> pairs;
  for (int index = 0; index < (network.uniform() ? 1 : group.count); ++index)
    pairs.emplace_back(group.rank_of(index), group.rank_of((index + 1) % group.count));
  return network.round(pairs, block_count(count, group.count, 0) * setup.mlp.bytes_per_scalar);
}

template <class Term>
Term expression(const Setup& setup, Group group, const Round& step, std::int64_t count) {
  using T = Terms<Term>;
  const std::int64_t chunk = block_count(count, group.count, 0);
  const Term others = T::number("P", group.count) - Term(1);
  const Term hop = T::seconds("t_message(n/P)", step.slowest_s);
  const Term reduce = T::seconds("t_reduce(n/P)", setup.slowest_worker_s(fold(setup.mlp, chunk)));
  return Term(2) * others * hop + others * reduce;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, std::int64_t count) {
  if (group.count == 1) return {};
  const Round step = one_step(setup, network, group, count);
  ClaimedTime result{expression<double>(setup, group, step, count), TimeClaim::exact, {}};
  if (step.contended) {
    result.weaken(TimeClaim::estimate, "ranks that drift apart where ring steps share links");
  } else if (!step.alike) {
    result.weaken(TimeClaim::upper_bound, "every step is taken to last as long as the slowest");
  }
  if (count % group.count != 0)
    result.weaken(TimeClaim::upper_bound, "chunks that are one scalar smaller than the largest");
  return result;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, std::int64_t count) {
  return expression<Formula>(setup, group, one_step(setup, network, group, count), count);
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
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
};

}  // namespace lockstep::models
