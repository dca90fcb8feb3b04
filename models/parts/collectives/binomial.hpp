// A binomial tree over the ranks of a group, with the first of them at its root: the parent of a
// rank is the one whose index lacks its lowest set bit.
#pragma once

#include <bit>
#include <vector>

#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// How many ranks there are under `index`, itself included, rounded up to a power of two.
[[nodiscard]] inline int binomial_subtree(Group group, int index) {
  return index == 0 ? static_cast<int>(std::bit_ceil(unsigned(group.count))) : index & -index;
}
[[nodiscard]] inline int binomial_steps(Group group) {
  return std::bit_width(unsigned(group.count - 1));
}

// What the root has goes down to all, largest subtree first.
[[nodiscard]] Program pass_down(Worker& worker, Group group, Payload whole, Tag tag);

// All messages of the step at `distance`, towards the root; one stands for all where the network is
// uniform.
[[nodiscard]] std::vector<Pair> binomial_pairs(Group group, int distance, bool uniform);
// Weakens the claim of a sum of steps that were each taken to last as long as their slowest.
void weaken_by_binomial_step(ClaimedTime& claim, const Round& step);
// A step that is slower than another one hides behind it, or holds it up.
void weaken_by_unequal_steps(ClaimedTime& claim, const NetworkView& network, Group group);

}  // namespace lockstep::models
