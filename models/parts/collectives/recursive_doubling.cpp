// Recursive doubling: partners at distance 1, 2, 4, ... swap their whole vectors and fold them.
//
// log2 P steps of n bytes: best for short vectors. Thakur, Rabenseifner and Gropp, IJHPCA 19
// (2005).
#include "models/parts/collectives/butterfly.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Group group, Payload whole, Tag tag) {
  const Butterfly butterfly{group.count};
  const int index = group.index_of(worker.rank());
  if (butterfly.hands_over(index)) {
    co_await worker.send(group.rank_of(index + 1), tag, whole);
    const Message sum = co_await worker.receive(group.rank_of(index + 1), tag);
    co_await worker.store(sum);
    co_return;
  }
  if (butterfly.takes_over(index)) {
    const Message handed = co_await worker.receive(group.rank_of(index - 1), tag);
    co_await worker.reduce(handed);
  }
  const bool taken = co_await worker.offer({group, whole, tag, true, StepPattern::vectors});
  for (int distance = taken ? butterfly.inner() : 1; distance < butterfly.inner(); distance *= 2) {
    const Rank partner = group.rank_of(butterfly.index_of(butterfly.inner_index(index) ^ distance));
    const Message received = co_await worker.exchange(partner, whole, partner, tag);
    co_await worker.reduce(received);
  }
  if (butterfly.takes_over(index)) co_await worker.send(group.rank_of(index - 1), tag, whole);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Butterfly butterfly{group.count};
  const Count swaps = Count{butterfly.inner()} * butterfly.steps();
  const Count messages = swaps + 2 * butterfly.folded();
  return {messages * vector.bytes(), messages, (swaps + butterfly.folded()) * vector.count};
}

// The messages of all steps and, when ranks are folded, of handing over: (steps + 2 or 0) hops.
struct Rounds {
  double steps_s = 0;
  double handing_over_s = 0;  // there and back
  ClaimedTime claim;
};

Rounds all_rounds(NetworkView& network, Group group, Scalars vector) {
  const Butterfly butterfly{group.count};
  const std::int64_t bytes = vector.bytes();
  Rounds rounds;
  for (int distance = 1; distance < butterfly.inner(); distance *= 2) {
    const Round step =
        network.round(butterfly.step_pairs(group, distance, network.uniform()), bytes);
    rounds.steps_s += step.slowest_s;
    weaken_by_round(rounds.claim, step);
  }
  rounds.handing_over_s = handing_over_s(butterfly, network, group, bytes, rounds.claim);
  return rounds;
}

template <class Term>
Term expression(const Setup& setup, Group group, const Rounds& rounds, Scalars vector) {
  using T = Terms<Term>;
  const Butterfly butterfly{group.count};
  const Term reduce = T::seconds("t_reduce(n)", setup.slowest_worker_s(fold(vector)));
  const Term message = T::seconds("t_message(n)", mean_s(rounds.steps_s, butterfly.steps()));
  const Term steps = T::number("steps", butterfly.steps()) * (message + reduce);
  if (butterfly.folded() == 0) return steps;
  return T::seconds("t_hand_over(n)", rounds.handing_over_s) + reduce + steps;
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

// The partner's whole vector.
std::int64_t unfolded(const Setup& /*setup*/, Group /*group*/, Scalars vector) {
  return vector.count;
}

}  // namespace

extern const Collective recursive_doubling;
const Collective recursive_doubling = {
    .kind = "recursive_doubling",
    .title = "Recursive doubling",
    .summary =
        "Ranks exchange whole vectors with ever more distant partners: log2 P steps, for short "
        "vectors.",
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
