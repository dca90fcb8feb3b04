// Pairs of ranks at doubling distances, for any number of ranks.
//
// If P is not a power of two, the first 2 r ranks (r = P - 2^floor(log2 P)) fold together before
// the butterfly: each even rank hands its vector to the odd rank after it and gets the result back
// at the end. The remaining 2^floor(log2 P) ranks are renumbered 0, 1, ... (MPICH; Thakur,
// Rabenseifner and Gropp: "Optimization of collective communication operations in MPICH", IJHPCA 19
// (2005)).
#pragma once

#include <bit>
#include <utility>
#include <vector>

#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"

namespace lockstep::models {

// A butterfly over `ranks` ranks, which are named by their index in a group.
struct Butterfly {
  int ranks;

  [[nodiscard]] int inner() const { return static_cast<int>(std::bit_floor(unsigned(ranks))); }
  [[nodiscard]] int folded() const { return ranks - inner(); }
  [[nodiscard]] int steps() const { return std::countr_zero(unsigned(inner())); }
  // Whether a rank hands its vector over before the butterfly and takes no part in it.
  [[nodiscard]] bool hands_over(int index) const { return index < 2 * folded() && index % 2 == 0; }
  [[nodiscard]] bool takes_over(int index) const { return index < 2 * folded() && index % 2 == 1; }
  [[nodiscard]] int inner_index(int index) const {
    return index < 2 * folded() ? index / 2 : index - folded();
  }
  [[nodiscard]] int index_of(int inner_index) const {
    return inner_index < folded() ? 2 * inner_index + 1 : inner_index + folded();
  }

  // `step_pairs` returns the messages of the step at `distance`, `handing_over_pairs` those that
  // hand vectors over. If the network is uniform, one pair stands for all.
  [[nodiscard]] std::vector<Pair> step_pairs(Group group, int distance, bool uniform) const {
    std::vector<Pair> pairs;
    for (int index = 0; index < (uniform ? 1 : inner()); ++index)
      pairs.emplace_back(group.rank_of(index_of(index)), group.rank_of(index_of(index ^ distance)));
    return pairs;
  }
  [[nodiscard]] std::vector<Pair> handing_over_pairs(Group group, bool uniform) const {
    std::vector<Pair> pairs;
    for (int index = 0; index < (uniform ? 1 : folded()); ++index)
      pairs.emplace_back(group.rank_of(2 * index), group.rank_of(2 * index + 1));
    return pairs;
  }
};

// Weakens the claim of a time that sums rounds, each taken to last as long as its slowest message.
// Such a sum is no upper bound: fast pairs go on to a round at another distance, whose routes may
// share links with those of the slow pairs.
inline void weaken_by_round(ClaimedTime& duration, const Round& round) {
  if (round.contended) {
    duration.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
  } else if (!round.alike) {
    duration.weaken(TimeClaim::estimate, "steps that overlap because others take longer");
  }
}

// Returns the seconds that the folded ranks take to hand their vectors over before the butterfly
// and to get the results back after it. Weakens the claim where these two rounds call for it.
inline double handing_over_s(const Butterfly& butterfly, NetworkView& network, Group group,
                             std::int64_t bytes, ClaimedTime& claim) {
  std::vector<Pair> pairs = butterfly.handing_over_pairs(group, network.uniform());
  if (butterfly.folded() == 0) return 0;
  const Round there = network.round(pairs, bytes);
  for (Pair& pair : pairs) std::swap(pair.first, pair.second);
  const Round back = network.round(pairs, bytes);
  weaken_by_round(claim, there);
  weaken_by_round(claim, back);
  return there.slowest_s + back.slowest_s;
}

}  // namespace lockstep::models
