// Ring allreduce: a reduce-scatter round the ring, then an allgather round the ring.
//
// The vector is cut into P chunks. In each of P-1 steps every rank passes the chunk that it
// received last to its right neighbour, which folds it in; in P-1 further steps the finished
// chunks go round. Patarasuk and Yuan: "Bandwidth optimal all-reduce algorithms for clusters of
// workstations", JPDC 69 (2009).
//
// With the option `rings` there are R rings, each for 1/R of the vector, as NCCL's channels are. In
// ring r the ranks of each node of g = `ranks_per_node` come in the order that begins at place
// floor(r g / R), so that the rings leave a node from, and enter it at, ranks of different places.
#include <map>
#include <vector>

#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/collectives/blocks.hpp"
#include "models/parts/collectives/collective.hpp"
#include "models/parts/collectives/ring_steps.hpp"

namespace lockstep::models {

namespace {

// The chunk that a rank finishes lies one ahead of it, so that it begins with its own.
constexpr int ahead = 1;

int rings_of(const Setup& setup) { return channels_of(setup); }

// The order of the ranks in one of the rings.
Group order_of(const Setup& setup, Group group, int ring) {
  const std::int64_t asked =
      setup.options.has(ranks_per_node_option) ? setup.options[ranks_per_node_option] : 0;
  if (asked < 1 || group.count % asked != 0) return group;
  group.node = static_cast<int>(asked);
  group.turned = ring * group.node / rings_of(setup) % group.node;
  return group;
}

Program round_one(Worker& worker, Group group, Payload part, Tag tag) {
  co_await ring_reduce_scatter(worker, group, part, tag, ahead);
  co_await ring_allgather(worker, group, part, tag, ahead);
}

Program round_several(Worker& worker, Group group, Payload whole, Tag tag) {
  const Setup& setup = worker.setup();
  const int rings = rings_of(setup);
  std::vector<std::uint32_t> beside;
  for (int ring = 1; ring < rings; ++ring) {
    const Payload part = equal_part(whole, rings, ring);
    Program next =
        round_one(worker, order_of(setup, group, ring), part, tag_on_channel(tag, ring, rings));
    beside.push_back(co_await worker.fork(next));
  }
  co_await round_one(worker, order_of(setup, group, 0),
                     whole.part(0, block_count(whole.count, rings, 0)), tag);
  for (const std::uint32_t strand : beside) co_await worker.join(strand);
}

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  if (rings_of(worker.setup()) == 1 || group.count == 1)
    return round_one(worker, group, whole, tag);
  return round_several(worker, group, whole, tag);
}

CollectiveCounts counts(const Setup& setup, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {2 * others * vector.bytes(), 2 * others * group.count * rings_of(setup),
          others * vector.count};
}

// One step of all rings at once. On a uniform network each host's link carries a chunk for each.
Round step_of(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  const int rings = rings_of(setup);
  if (rings == 1 || network.uniform()) return ring_step(network, group, vector);
  std::vector<Pair> pairs;
  std::vector<topologies::PathNumber> numbers;  // of a pair's connections, one for each ring
  std::map<Pair, topologies::PathNumber> next;
  for (int ring = 0; ring < rings; ++ring) {
    const Group order = order_of(setup, group, ring);
    for (int index = 0; index < order.count; ++index) {
      pairs.emplace_back(order.rank_of(index), order.rank_of((index + 1) % order.count));
      numbers.push_back(next[pairs.back()]++);
    }
  }
  const Scalars part = vector.part(block_count(vector.count, rings, 0));
  return network.round(pairs, part.part(block_count(part.count, group.count, 0)).bytes(), numbers);
}

template <class Term>
Term expression(const Setup& setup, Group group, const Round& step, Scalars vector) {
  using T = Terms<Term>;
  const bool several = rings_of(setup) > 1;
  const Term others = T::number("P", group.count) - Term(1);
  const Term hop = T::seconds(several ? "t_messages(n/P)" : "t_message(n/P)", step.slowest_s);
  const Term reduce = T::seconds("t_reduce(n/P)", ring_fold_s(setup, group, vector));
  return Term(2) * others * hop + others * reduce;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  if (group.count == 1) return {};
  const Round step = step_of(setup, network, group, vector);
  ClaimedTime time = ring_time(expression<double>(setup, group, step, vector), step, group, vector);
  if (rings_of(setup) > 1)
    time.weaken(TimeClaim::estimate, "rings that share links and fold in turn");
  return time;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return expression<Formula>(setup, group, step_of(setup, network, group, vector), vector);
}

// One chunk of each ring.
std::int64_t unfolded(const Setup& setup, Group group, Scalars vector) {
  const int rings = rings_of(setup);
  std::int64_t sum = 0;
  for (int ring = 0; ring < rings; ++ring)
    sum += block_count(block_count(vector.count, rings, ring), group.count, 0);
  return sum;
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
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
