// Binomial tree: sums go up to the first rank of the group, the result goes down again.
//
// In step k of the way up, every rank whose index has k as its lowest set bit hands its sum to the
// one without that bit; the way down mirrors it, largest subtree first. Thakur, Rabenseifner and
// Gropp, IJHPCA 19 (2005).
#include <utility>
#include <vector>

#include "models/parts/collectives/binomial.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const int index = group.index_of(worker.rank());
  const int subtree = binomial_subtree(group, index);
  for (int child = 1; child < subtree; child *= 2) {
    if (index + child >= group.count) continue;
    const Message received = co_await worker.receive(group.rank_of(index + child), tag);
    co_await worker.reduce(received);
  }
  if (index != 0) co_await worker.send(group.rank_of(index - subtree), tag, whole);
  co_await pass_down(worker, group, whole, tag);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Count others = group.count - 1;
  return {2 * others * vector.bytes(), 2 * others, others * vector.count};
}

struct Rounds {
  double up_s = 0;
  double down_s = 0;
  ClaimedTime claim;
};

Rounds all_rounds(NetworkView& network, Group group, Scalars vector) {
  Rounds rounds;
  for (int distance = 1; distance < group.count; distance *= 2) {
    std::vector<Pair> pairs = binomial_pairs(group, distance, network.uniform());
    const Round up = network.round(pairs, vector.bytes());
    for (Pair& pair : pairs) std::swap(pair.first, pair.second);
    const Round down = network.round(pairs, vector.bytes());
    rounds.up_s += up.slowest_s;
    rounds.down_s += down.slowest_s;
    weaken_by_binomial_step(rounds.claim, up);
    weaken_by_binomial_step(rounds.claim, down);
    weaken_by_unequal_steps(rounds.claim, network, group);
  }
  return rounds;
}

template <class Term>
Term expression(const Setup& setup, Group group, const Rounds& rounds, Scalars vector) {
  using T = Terms<Term>;
  const Term reduce = T::seconds("t_reduce(n)", setup.slowest_worker_s(fold(vector)));
  const int levels = binomial_steps(group);
  return T::number("levels", levels) *
         (T::seconds("t_up(n)", mean_s(rounds.up_s, levels)) + reduce +
          T::seconds("t_down(n)", mean_s(rounds.down_s, levels)));
}

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  if (group.count == 1) return {};
  Rounds rounds = all_rounds(network, group, vector);
  rounds.claim.seconds = expression<double>(setup, group, rounds, vector);
  return rounds.claim;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return expression<Formula>(setup, group, all_rounds(network, group, vector), vector);
}

// A whole vector from one child after another.
std::int64_t unfolded(const Setup& /*setup*/, Group /*group*/, Scalars vector) {
  return vector.count;
}

}  // namespace

extern const Collective tree;
const Collective tree = {
    .kind = "tree",
    .title = "Binomial tree",
    .summary =
        "Sums go up a binomial tree to rank 0 and the result comes down: the fewest "
        "messages, none of them short.",
    .source = "Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
