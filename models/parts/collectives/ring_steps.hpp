// Steps round a ring: in each, every rank of a group passes a chunk of its vector to its right
// neighbour. Shared by the collectives that sum, or gather, round a ring.
//
// The vector is cut into as many chunks as ranks. Rank i of the group owns chunk i + `ahead`.
#pragma once

#include "models/cost/network_view.hpp"
#include "models/language/group.hpp"
#include "models/language/worker.hpp"

namespace lockstep::models {

// Each rank passes on the chunk that it received last and folds the one that comes: after P-1
// steps it has the sum of the chunk that it owns.
[[nodiscard]] Program fold_round_ring(Worker& worker, Group group, Payload whole, Tag tag,
                                      int ahead);
// Each rank starts with the chunk that it owns and stores what comes: after P-1 steps it has all.
[[nodiscard]] Program gather_round_ring(Worker& worker, Group group, Payload whole, Tag tag,
                                        int ahead);

// The messages of one step, as long as the longest chunk.
[[nodiscard]] Round ring_step(NetworkView& network, Group group, Scalars vector);
// How long folding the longest chunk takes.
[[nodiscard]] double ring_fold_s(const Setup& setup, Group group, Scalars vector);
// Of the chunks one is on the way, and is folded before the next comes.
[[nodiscard]] std::int64_t unfolded_on_ring(const Setup& setup, Group group, Scalars vector);
// `seconds`, a sum of steps, with what can be promised of it.
[[nodiscard]] ClaimedTime ring_time(double seconds, const Round& step, Group group, Scalars vector);

}  // namespace lockstep::models
