// The ring allreduce among neighbouring ranks: all workers, or the replicas of one stage.
#pragma once

#include <cstdint>

#include "models/collective.hpp"

namespace lockstep::models {

// Ranks first .. first + count - 1.
struct RankRange {
  Rank first = 0;
  int count = 1;
};

// What a rank of `ranks` does to have `whole` summed over all of them.
[[nodiscard]] Program ring_allreduce(Worker& worker, RankRange ranks, Payload whole, Tag tag);
// For `count` scalars over that many ranks.
[[nodiscard]] CollectiveCounts ring_counts(const Setup& setup, int ranks, std::int64_t count);

}  // namespace lockstep::models
