// A binomial tree over the ranks of a group, rooted at the group's first rank. The index of a
// rank's parent is its own index without the lowest set bit.
#pragma once

#include <bit>
#include <vector>

#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Returns the number of ranks in the subtree rooted at `index`, rounded up to a power of two.
[[nodiscard]] inline int binomial_subtree(Group group, int index) {
  return index == 0 ? static_cast<int>(std::bit_ceil(unsigned(group.count))) : index & -index;
}
[[nodiscard]] inline int binomial_steps(Group group) {
  return std::bit_width(unsigned(group.count - 1));
}

// Sends the root's data down the tree to every rank; each rank serves its largest subtree first.
[[nodiscard]] Program pass_down(Worker& worker, Group group, Payload whole, Tag tag);

// Returns the messages of the step at `distance`, towards the root. If the network is uniform, one
// message stands for all.
[[nodiscard]] std::vector<Pair> binomial_pairs(Group group, int distance, bool uniform);
// Weakens the claim of a time that sums steps, each taken to last as long as its slowest message.
void weaken_by_binomial_step(ClaimedTime& claim, const Round& step);
// Weakens the claim where steps differ in length: a step overlaps a longer one or is held up by it.
void weaken_by_unequal_steps(ClaimedTime& claim, const NetworkView& network, Group group);

}  // namespace lockstep::models
