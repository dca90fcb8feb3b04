// Broadcast: what the first rank has goes to all, down a binomial tree. Thakur, Rabenseifner and
// Gropp, IJHPCA 19 (2005).
#include <utility>
#include <vector>

#include "models/parts/collectives/binomial.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {others * vector.bytes(), others, 0};
}

ClaimedTime all_steps(const Setup& /*setup*/, NetworkView& network, Group group, Scalars vector) {
  ClaimedTime steps;
  for (int distance = 1; distance < group.count; distance *= 2) {
    std::vector<Pair> pairs = binomial_pairs(group, distance, network.uniform());
    for (Pair& pair : pairs) std::swap(pair.first, pair.second);
    const Round step = network.round(pairs, vector.bytes());
    steps.seconds += step.slowest_s;
    weaken_by_binomial_step(steps, step);
  }
  weaken_by_unequal_steps(steps, network, group);
  return steps;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  using T = Terms<Formula>;
  const int levels = binomial_steps(group);
  const double all_s = all_steps(setup, network, group, vector).seconds;
  return T::number("levels", levels) * T::seconds("t_message(n)", mean_s(all_s, levels));
}

}  // namespace

extern const Collective broadcast;
const Collective broadcast = {
    .kind = "broadcast",
    .title = "Broadcast (binomial tree)",
    .summary = "Not an allreduce: what one rank has goes to all, to twice as many in each step.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = pass_down,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = all_steps,
    .group_formula = formula,
    .operation = CollectiveOperation::broadcast,
};

}  // namespace lockstep::models
