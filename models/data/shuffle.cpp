#include "models/data/shuffle.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/check.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_word(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); }

}  // namespace

Shuffle::Shuffle(std::int64_t count, std::uint64_t seed, std::uint64_t stream)
    : count_(static_cast<std::uint64_t>(count)), seed_(seed), stream_(stream) {
  check(count > 0, "a shuffle of {} items", count);
  // Halves of fewer bits have too few round functions to choose from.
  constexpr unsigned least_half_bits = 3;
  const auto bits = static_cast<unsigned>(std::bit_width(count_ - 1));
  half_bits_ = std::max((bits + 1) / 2, least_half_bits);
}

std::uint64_t Shuffle::permute(std::uint64_t number) const {
  constexpr std::uint32_t rounds = 6;
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = number >> half_bits_;
  std::uint64_t right = number & mask;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const sim::PhiloxBlock block =
        sim::philox({low_word(right), round, low_word(stream_), high_word(stream_)},
                    {low_word(seed_), high_word(seed_)});
    const std::uint64_t mixed = left ^ (block[0] & mask);
    left = right;
    right = mixed;
  }
  return (left << half_bits_) | right;
}

std::int64_t Shuffle::operator()(std::int64_t place) const {
  auto number = static_cast<std::uint64_t>(place);
  do {
    number = permute(number);
  } while (number >= count_);
  return static_cast<std::int64_t>(number);
}

}  // namespace lockstep::models
