// Rabenseifner's allreduce: recursive halving reduce-scatter, then recursive doubling allgather.
//
// The vector is cut into as many blocks as ranks take part. Partners at distance P/2, P/4, ..., 1
// swap the half of their window that the other keeps and fold what they get; then, at distance
// 1, 2, ..., P/2, they swap what they have finished. Rabenseifner (2004); Thakur, Rabenseifner and
// Gropp, IJHPCA 19 (2005).
#include "models/parts/collectives/butterfly.hpp"
#include "models/parts/collectives/collective.hpp"

namespace lockstep::models {

namespace {

// Blocks [first, first + count) of the vector.
Payload blocks(const Payload& whole, int parts, int first, int count) {
  const std::int64_t begin = block_offset(whole.count, parts, first);
  const std::int64_t end =
      first + count == parts ? whole.count : block_offset(whole.count, parts, first + count);
  return whole.part(begin, end - begin);
}

// The window of `width` blocks that inner index `index` works on.
Payload window(const Payload& whole, int parts, int index, int width) {
  return blocks(whole, parts, index / width * width, width);
}

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
  const int parts = butterfly.inner();
  const int inner = butterfly.inner_index(index);
  const bool halved = co_await worker.offer({group, whole, tag, true, StepPattern::windows});
  for (int distance = halved ? 0 : parts / 2; distance >= 1; distance /= 2) {
    const int other = inner ^ distance;
    const Rank partner = group.rank_of(butterfly.index_of(other));
    const Payload theirs = window(whole, parts, other, distance);
    const Message received = co_await worker.exchange(partner, theirs, partner, tag);
    co_await worker.reduce(received);
  }
  const bool doubled = co_await worker.offer({group, whole, tag, false, StepPattern::windows});
  for (int distance = doubled ? parts : 1; distance < parts; distance *= 2) {
    const Rank partner = group.rank_of(butterfly.index_of(inner ^ distance));
    const Payload mine = window(whole, parts, inner, distance);
    const Message received = co_await worker.exchange(partner, mine, partner, tag);
    co_await worker.store(received);
  }
  if (butterfly.takes_over(index)) co_await worker.send(group.rank_of(index - 1), tag, whole);
}

CollectiveCounts counts(const Setup& /*setup*/, Group group, Scalars vector) {
  const Butterfly butterfly{group.count};
  const Count inner = butterfly.inner();
  const Count folded = butterfly.folded();
  // At each halving step, each pair sends its common window once: (inner - 1) n over all steps.
  return {(2 * (inner - 1) + 2 * folded) * vector.bytes(),
          2 * inner * butterfly.steps() + 2 * folded, (inner - 1 + folded) * vector.count};
}

// Durations of all steps, each as long as that of inner index 0, whose windows are the largest.
struct Rounds {
  double halving_s = 0;
  double reducing_s = 0;
  double doubling_s = 0;
  double handing_over_s = 0;
  ClaimedTime claim;
};

Rounds all_rounds(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  const Butterfly butterfly{group.count};
  const bool uniform = network.uniform();
  Rounds rounds;
  for (int distance = 1; distance < butterfly.inner(); distance *= 2) {
    const std::int64_t scalars =
        blocks({{}, 0, vector.count}, butterfly.inner(), 0, distance).count;
    const Round step =
        network.round(butterfly.step_pairs(group, distance, uniform), vector.part(scalars).bytes());
    rounds.halving_s += step.slowest_s;
    rounds.doubling_s += step.slowest_s;
    rounds.reducing_s += setup.slowest_worker_s(fold(vector.part(scalars)));
    weaken_by_round(rounds.claim, step);
  }
  rounds.handing_over_s = handing_over_s(butterfly, network, group, vector.bytes(), rounds.claim);
  return rounds;
}

template <class Term>
Term expression(const Setup& setup, Group group, const Rounds& rounds, Scalars vector) {
  using T = Terms<Term>;
  const Term steps = T::seconds("t_halving", rounds.halving_s) +
                     T::seconds("t_reducing", rounds.reducing_s) +
                     T::seconds("t_doubling", rounds.doubling_s);
  if (Butterfly{group.count}.folded() == 0) return steps;
  return T::seconds("t_hand_over(n)", rounds.handing_over_s) +
         T::seconds("t_reduce(n)", setup.slowest_worker_s(fold(vector))) + steps;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  if (group.count == 1) return {};
  Rounds rounds = all_rounds(setup, network, group, vector);
  rounds.claim.seconds = expression<double>(setup, group, rounds, vector);
  return rounds.claim;
}

Formula formula(const Setup& setup, NetworkView& network, Group group, Scalars vector) {
  return expression<Formula>(setup, group, all_rounds(setup, network, group, vector), vector);
}

// The larger half of the vector; all of it where ranks hand theirs over.
std::int64_t unfolded(const Setup& /*setup*/, Group group, Scalars vector) {
  const Butterfly butterfly{group.count};
  if (butterfly.folded() > 0) return vector.count;
  return blocks({{}, 0, vector.count}, butterfly.inner(), 0, butterfly.inner() / 2).count;
}

}  // namespace

extern const Collective halving_doubling;
const Collective halving_doubling = {
    .kind = "halving_doubling",
    .title = "Halving and doubling (Rabenseifner)",
    .summary =
        "Halves of the vector go out, finished halves come back: the ring's bytes in "
        "2 log2 P steps.",
    .source = "Rabenseifner, ICCS 2004; Thakur, Rabenseifner and Gropp, IJHPCA 19 (2005)",
    .through_servers = false,
    .group_program = program,
    .serve = nullptr,
    .group_counts = counts,
    .group_duration = duration,
    .group_formula = formula,
    .group_unfolded = unfolded,
};

}  // namespace lockstep::models
