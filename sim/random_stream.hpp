// A counter-based random stream: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011).
//
// Each number is a pure function of (seed, stream, position): one worker's draws depend on no
// other's, whatever the order in which they are made, and any stream can be entered anywhere.
#pragma once

#include <array>
#include <cstdint>

namespace lockstep::sim {

using PhiloxBlock = std::array<std::uint32_t, 4>;

// Ten rounds over one counter block; matches the known answers of the Random123 library.
[[nodiscard]] PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key);

class RandomStream {
 public:
  // Satisfies std::uniform_random_bit_generator.
  using result_type = std::uint64_t;
  [[nodiscard]] static constexpr result_type min() { return 0; }
  [[nodiscard]] static constexpr result_type max() { return ~result_type{0}; }

  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  result_type operator()();

  // Uniform in [0, 1), with 53 random bits.
  [[nodiscard]] double uniform();

  // Uniform in [0, bound), bound > 0; by Lemire's multiplication, without bias.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;  // in numbers drawn
  PhiloxBlock block_{};
};

}  // namespace lockstep::sim
