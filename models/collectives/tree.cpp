// Binomial tree: sums go up to rank 0, the result goes down again.
//
// In step k of the way up, every rank whose lowest set bit is k hands its sum to the rank without
// that bit; the way down mirrors it, largest subtree first. Thakur, Rabenseifner and Gropp, IJHPCA
// 19 (2005).
#include <bit>
#include <vector>

#include "models/collective.hpp"

namespace lockstep::models {

namespace {

Program program(Worker& worker, Payload whole, Tag tag) {
  const int ranks = worker.workers();
  const Rank rank = worker.rank();
  int subtree = 1;  // grows to the number of ranks under this one, rounded up to a power of two
  for (; subtree < ranks && (rank & subtree) == 0; subtree *= 2) {
    if (rank + subtree >= ranks) continue;
    const Message received = co_await worker.receive(rank + subtree, tag);
    co_await worker.reduce(received);
  }
  if (rank != 0) {
    co_await worker.send(rank - subtree, tag, whole);
    const Message sum = co_await worker.receive(rank - subtree, tag);
    co_await worker.store(sum);
  }
  for (int child = subtree / 2; child >= 1; child /= 2)
    if (rank + child < ranks) co_await worker.send(rank + child, tag, whole);
}

CollectiveCounts counts(const Setup& setup, std::int64_t count) {
  const Count others = setup.workers - 1;
  return {2 * others * count * setup.mlp.bytes_per_scalar, 2 * others, others * count};
}

int steps_of(const Setup& setup) { return std::bit_width(unsigned(setup.workers - 1)); }

struct Rounds {
  double up_s = 0;
  double down_s = 0;
  ClaimedTime claim;
};

// All messages of the step at `distance`, towards rank 0.
std::vector<Pair> step_pairs(int workers, int distance, bool uniform) {
  std::vector<Pair> pairs;
  for (Rank rank = distance; rank < workers; rank += 2 * distance) {
    pairs.emplace_back(rank, rank - distance);
    if (uniform) break;
  }
  return pairs;
}

void weaken(ClaimedTime& claim, const Round& step) {
  if (step.contended)
    claim.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
  if (!step.alike)
    claim.weaken(TimeClaim::estimate, "steps that are faster than the slowest of theirs");
}

Rounds all_rounds(const Setup& setup, NetworkView& network, std::int64_t count) {
  Rounds rounds;
  for (int distance = 1; distance < setup.workers; distance *= 2) {
    std::vector<Pair> pairs = step_pairs(setup.workers, distance, network.uniform());
    const Round up = network.round(pairs, count * setup.mlp.bytes_per_scalar);
    for (Pair& pair : pairs) std::swap(pair.first, pair.second);
    const Round down = network.round(pairs, count * setup.mlp.bytes_per_scalar);
    rounds.up_s += up.slowest_s;
    rounds.down_s += down.slowest_s;
    weaken(rounds.claim, up);
    weaken(rounds.claim, down);
    // A step that is slower than another one hides behind it, or holds it up.
    if (!network.uniform() && setup.workers > 2)
      rounds.claim.weaken(TimeClaim::estimate, "steps that overlap because others take longer");
  }
  return rounds;
}

template <class Term>
Term expression(const Setup& setup, const Rounds& rounds, std::int64_t count) {
  using T = Terms<Term>;
  const Term reduce = T::seconds("t_reduce(n)", setup.slowest_worker_s(fold(setup.mlp, count)));
  return T::seconds("t_up: ceil(log2 P) t_message(n)", rounds.up_s) +
         T::seconds("t_down", rounds.down_s) + T::number("ceil(log2 P)", steps_of(setup)) * reduce;
}

ClaimedTime duration(const Setup& setup, NetworkView& network, std::int64_t count) {
  if (setup.workers == 1) return {};
  Rounds rounds = all_rounds(setup, network, count);
  rounds.claim.seconds = expression<double>(setup, rounds, count);
  return rounds.claim;
}

Formula formula(const Setup& setup, NetworkView& network, std::int64_t count) {
  return expression<Formula>(setup, all_rounds(setup, network, count), count);
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
    .program = program,
    .serve = nullptr,
    .counts = counts,
    .duration = duration,
    .formula = formula,
};

}  // namespace lockstep::models
