// A random order of n items, without a list of them: item = shuffle(place), one to one.
//
// A Feistel network (Luby, Rackoff: "How to construct pseudorandom permutations from pseudorandom
// functions", 1988) with Philox as its round function permutes the numbers below some power of 4; a
// result that is not below n is permuted again until one is (Black, Rogaway: "Ciphers with
// arbitrary finite domains", 2002). So each place takes O(1) expected time for any n, places can be
// asked for in any order, and nothing is kept between calls.
#pragma once

#include <cstdint>

namespace lockstep::models {

class Shuffle {
 public:
  // `count` > 0. Orders of different seeds or streams are independent.
  Shuffle(std::int64_t count, std::uint64_t seed, std::uint64_t stream);

  // Returns the item at `place`; both are in 0 .. count-1.
  [[nodiscard]] std::int64_t operator()(std::int64_t place) const;

 private:
  [[nodiscard]] std::uint64_t permute(std::uint64_t number) const;

  std::uint64_t count_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  unsigned half_bits_;
};

}  // namespace lockstep::models
