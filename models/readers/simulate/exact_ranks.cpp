#include "models/readers/simulate/exact_ranks.hpp"

#include <algorithm>

namespace lockstep::models {

bool ExactRanks::become(int first, int count) {
  first_ = place(first);
  count_ = std::min(count, ranks_);
  return count_ > 0;
}

bool ExactRanks::even_steps(bool messages_meet) {
  if (messages_meet && !all()) return become(0, 0);
  return count_ > 0 && become(0, ranks_);
}

bool ExactRanks::steps_with_one_slow(int sender) {
  if (!contains(sender) && !contains(sender + 1)) return become(0, 0);
  return become(sender, 2);
}

// Chunk c is sent first by rank first_sender + c to the next, and P-2 steps later by that many
// ranks further on.
bool ExactRanks::uneven_steps(int longer, int first_sender) {
  // Of the chunks whose first message has an exact end, the longest row without a gap.
  int first_chunk = 0;
  int chunks = 0;
  for (int chunk = 0, row = 0; chunk < longer; ++chunk) {
    const int sender = first_sender + chunk;
    row = contains(sender) || contains(sender + 1) ? row + 1 : 0;
    if (row <= chunks) continue;
    chunks = row;
    first_chunk = chunk + 1 - row;
  }
  if (chunks == 0) return become(0, 0);
  return become(first_sender + first_chunk + ranks_ - 2, chunks + 1);
}

}  // namespace lockstep::models
