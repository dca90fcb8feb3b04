// Steps round a ring: in each step every rank of a group passes a chunk of its vector to its right
// neighbour. Shared by the collectives that sum or gather round a ring.
//
// The vector is cut into as many chunks as there are ranks. Rank i of the group owns chunk i +
// `ahead`, modulo the number of ranks.
#pragma once

#include "models/cost/formula.hpp"
#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Each rank passes on the chunk that it received last and folds the chunk that arrives. After P-1
// steps it has the sum of the chunk that it owns.
[[nodiscard]] Program ring_reduce_scatter(Worker& worker, Group group, Payload whole, Tag tag,
                                          int ahead);
// Each rank starts with the chunk that it owns, passes on the chunk that it received last and
// stores the chunk that arrives. After P-1 steps it has all chunks.
[[nodiscard]] Program ring_allgather(Worker& worker, Group group, Payload whole, Tag tag,
                                     int ahead);

// Returns the messages of one step, each as long as the longest chunk.
[[nodiscard]] Round ring_step(NetworkView& network, Group group, Scalars vector);
// Returns the seconds to fold the longest chunk, on the slowest worker.
[[nodiscard]] double ring_fold_s(const Setup& setup, Group group, Scalars vector);
// Returns the largest number of scalars received but not yet folded: one chunk, since each is
// folded before the next arrives.
[[nodiscard]] std::int64_t unfolded_on_ring(const Setup& setup, Group group, Scalars vector);
// Returns `seconds`, a sum of ring steps, with the claim that holds for it.
[[nodiscard]] ClaimedTime ring_time(double seconds, const Round& step, Group group, Scalars vector);

// The duration and the formula of a collective round a ring, for its record. `Time::expression` is
// its time, from one step: a template over the term, as all closed forms are.
template <class Time>
[[nodiscard]] ClaimedTime ring_duration(const Setup& setup, NetworkView& network, Group group,
                                        Scalars vector) {
  if (group.count == 1) return {};
  const Round step = ring_step(network, group, vector);
  return ring_time(Time::template expression<double>(setup, group, step, vector), step, group,
                   vector);
}
template <class Time>
[[nodiscard]] Formula ring_formula(const Setup& setup, NetworkView& network, Group group,
                                   Scalars vector) {
  const Round step = ring_step(network, group, vector);
  return Time::template expression<Formula>(setup, group, step, vector);
}

}  // namespace lockstep::models
