// The proofs of exact_ranks.hpp, against the recursion that they are about.
#include "models/readers/simulate/exact_ranks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

// When each rank of a ring ends its steps, if message i -> i+1 begins when both ranks have ended
// the step before, lasts `message(step, sender)`, and a rank then folds for 3.
template <class Message>
std::vector<int> ends_of(std::vector<int> begins, const Message& message) {
  const std::size_t ranks = begins.size();
  for (std::size_t step = 1; step < ranks; ++step) {
    std::vector<int> arrives(ranks);
    for (std::size_t sender = 0; sender < ranks; ++sender)
      arrives[sender] = std::max(begins[sender], begins[(sender + 1) % ranks]) +
                        message(static_cast<int>(step), static_cast<int>(sender));
    for (std::size_t rank = 0; rank < ranks; ++rank)
      begins[rank] = std::max(arrives[rank], arrives[(rank + ranks - 1) % ranks]) + 3;
  }
  return begins;
}

// Runs several collectives, and checks after each that ranks that are said to be exact end when all
// would if they waited for each other in every step. Returns how many of them were said to be.
class Rings {
 public:
  explicit Rings(int ranks)
      : ranks_(ranks), begins_(static_cast<std::size_t>(ranks)), exact_(ranks) {}

  // Chunks are alike; the message from rank `slow` takes 9, others 7; -1: none is slow.
  bool even(int slow) {
    const auto message = [&](int, int sender) { return sender == slow ? 9 : 7; };
    return after(slow < 0 ? 7 : 9, message,
                 slow < 0 ? exact_.even_steps(false) : exact_.steps_with_one_slow(slow));
  }
  // The first `longer` chunks take 8, others 7.
  bool uneven(int longer, int first_chunk) {
    const auto message = [&](int step, int sender) {
      return ((sender + first_chunk - step) % ranks_ + ranks_) % ranks_ < longer ? 8 : 7;
    };
    return after(8, message, exact_.uneven_steps(longer, 1 - first_chunk));
  }
  [[nodiscard]] int checked() const { return checked_; }

 private:
  template <class Message>
  bool after(int longest, const Message& message, bool some_are_exact) {
    begins_ = ends_of(begins_, message);
    all_together_ += (ranks_ - 1) * (longest + 3);
    for (int rank = 0; rank < ranks_; ++rank) {
      const int end = begins_[static_cast<std::size_t>(rank)];
      CHECK(end <= all_together_);
      if (!some_are_exact || !exact_.contains(rank)) continue;
      CHECK(end == all_together_);
      ++checked_;
    }
    return some_are_exact;
  }

  int ranks_;
  std::vector<int> begins_;
  ExactRanks exact_;
  int all_together_ = 0;
  int checked_ = 0;
};

}  // namespace

TEST_CASE("exact_ranks: who is said to be exact ends as if all waited for each other") {
  sim::RandomStream random(1, 0);
  int checked = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const int ranks = static_cast<int>(2 + random.below(9));
    CAPTURE(ranks);
    Rings rings(ranks);
    const auto rank = [&] {
      return static_cast<int>(random.below(static_cast<std::uint64_t>(ranks)));
    };
    const int slow = random.below(2) == 0 ? -1 : rank();
    bool goes_on = true;
    for (int collective = 0; collective < 8 && goes_on; ++collective) {
      const bool even = ranks == 2 || slow >= 0 || random.below(3) == 0;
      goes_on = even
                    ? rings.even(slow)
                    : rings.uneven(
                          1 + static_cast<int>(random.below(static_cast<std::uint64_t>(ranks - 1))),
                          rank());
    }
    checked += rings.checked();
  }
  CHECK(checked > 10'000);
}

TEST_CASE("exact_ranks: chunks that are longer make one chain each, from rank to rank") {
  // A ring all-reduce of five ranks with two longer chunks: chunk 0 is sent first by rank 0, and
  // four steps later by rank 3, to 4, where the allgather takes it on.
  ExactRanks exact(5);
  CHECK(exact.uneven_steps(2, 0));
  CHECK(exact.contains(3));
  CHECK(exact.contains(4));
  CHECK(exact.contains(0));
  CHECK_FALSE(exact.contains(1));
  CHECK_FALSE(exact.contains(2));
  CHECK(exact.uneven_steps(2, 4));
  CHECK_FALSE(exact.contains(0));
}

TEST_CASE("exact_ranks: messages that meet are exact only if all ranks are") {
  ExactRanks all(4);
  CHECK(all.even_steps(true));
  CHECK(all.all());
  ExactRanks some(4);
  CHECK(some.steps_with_one_slow(1));
  CHECK_FALSE(some.all());
  CHECK(some.steps_with_one_slow(2));
  CHECK_FALSE(some.steps_with_one_slow(0));
  ExactRanks others(4);
  CHECK(others.steps_with_one_slow(1));
  CHECK_FALSE(others.even_steps(true));
}

}  // namespace lockstep::models
