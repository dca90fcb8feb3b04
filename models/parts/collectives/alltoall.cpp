// Alltoall: every rank has a block for each rank. In step k of P-1, each sends to the rank k after
// it and receives from the rank k before it: pairwise exchange. Thakur, Rabenseifner and Gropp,
// IJHPCA 19 (2005).
#include <vector>

#include "models/parts/collectives/blocks.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const int index = group.index_of(worker.rank());
  const std::int64_t mine = block_count(whole.count, group.count, index);
  for (int step = 1; step < group.count; ++step) {
    const int to = (index + step) % group.count;
    const int from = (index + group.count - step) % group.count;
    const Payload block = equal_part(whole, group.count, to);
    Message received = co_await worker.exchange(group.rank_of(to), block, group.rank_of(from), tag);
    received.payload = {Buffer::exchanged, from * mine, mine};
    co_await worker.store(received);
  }
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {others * vector.bytes(), others * group.count, 0};
}

Round round_of(NetworkView& network, Group group, Scalars vector, int step) {
  std::vector<Pair> pairs;
  for (int index = 0; index < (network.uniform() ? 1 : group.count); ++index)
    pairs.emplace_back(group.rank_of(index), group.rank_of((index + step) % group.count));
  return network.round(pairs, vector.part(block_count(vector.count, group.count, 0)).bytes());
}

ClaimedTime all_steps(const Setup& /*setup*/, NetworkView& network, Group group, Scalars vector) {
  ClaimedTime steps;
  for (int step = 1; step < group.count; ++step) {
    const Round round = round_of(network, group, vector, step);
    steps.seconds += round.slowest_s;
    if (round.contended || !round.alike)
      steps.weaken(TimeClaim::estimate, "ranks that drift apart where steps differ or share links");
    if (network.uniform()) {  // all steps are like the first
      steps.seconds *= group.count - 1;
      break;
    }
  }
  if (vector.count % group.count != 0)
    steps.weaken(TimeClaim::upper_bound, "blocks that are one scalar smaller than the largest");
  return steps;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  using T = Terms<Formula>;
  const double seconds = all_steps(setup, network, group, vector).seconds;
  if (group.count == 1) return T::seconds("t_message(n/P)", 0);
  return (T::number("P", group.count) - Formula(1)) *
         T::seconds("t_message(n/P)", seconds / (group.count - 1));
}

}  // namespace

extern const Collective alltoall;
const Collective alltoall = {
    .kind = "alltoall",
    .title = "Alltoall (pairwise exchange)",
    .summary =
        "Not an allreduce: every rank has a block for every other rank and exchanges with them one "
        "at a time.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = all_steps,
    .group_formula = formula,
    .operation = CollectiveOperation::alltoall,
};

}  // namespace lockstep::models
