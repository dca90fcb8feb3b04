#include "models/parts/collectives/binomial.hpp"

namespace lockstep::models {

Program pass_down(Worker& worker, Group group, Payload whole, Tag tag) {
  const int index = group.index_of(worker.rank());
  const int subtree = binomial_subtree(group, index);
  if (index != 0) {
    const Message received = co_await worker.receive(group.rank_of(index - subtree), tag);
    co_await worker.store(received);
  }
  for (int child = subtree / 2; child >= 1; child /= 2)
    if (index + child < group.count) co_await worker.send(group.rank_of(index + child), tag, whole);
}

std::vector<Pair> binomial_pairs(Group group, int distance, bool uniform) {
  std::vector<Pair> pairs;
  for (int index = distance; index < group.count; index += 2 * distance) {
    pairs.emplace_back(group.rank_of(index), group.rank_of(index - distance));
    if (uniform) break;
  }
  return pairs;
}

void weaken_by_binomial_step(ClaimedTime& claim, const Round& step) {
  if (step.contended)
    claim.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
  if (!step.alike)
    claim.weaken(TimeClaim::estimate, "steps that are faster than the slowest of theirs");
}

void weaken_by_unequal_steps(ClaimedTime& claim, const NetworkView& network, Group group) {
  if (!network.uniform() && group.count > 2)
    claim.weaken(TimeClaim::estimate, "steps that overlap because others take longer");
}

}  // namespace lockstep::models
