#include "sim/random_stream.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace lockstep::sim {
namespace {

static_assert(std::uniform_random_bit_generator<RandomStream>);

std::vector<std::uint64_t> first_draws(RandomStream stream, int count) {
  std::vector<std::uint64_t> draws;
  for (int i = 0; i < count; ++i) draws.push_back(stream());
  return draws;
}

// The three known answers for philox4x32 with 10 rounds in kat_vectors of the Random123 library.
TEST_CASE("random_stream: Philox4x32-10 gives the known answers of Random123") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) ==
        PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
        PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

// Seed 0, stream 0, block 0 is the first known answer; its words, low one first, are two numbers:
// 6627e8d5 e169c58d -> e169c58d6627e8d5, bc57ac4c 9b00dbd8 -> 9b00dbd8bc57ac4c.
TEST_CASE("random_stream: a stream reads Philox blocks in order, two numbers a block") {
  RandomStream stream(0, 0);
  CHECK(stream() == 0xe169c58d6627e8d5U);
  CHECK(stream() == 0x9b00dbd8bc57ac4cU);
  const PhiloxBlock second = philox({1, 0, 0, 0}, {0, 0});
  CHECK(stream() == (std::uint64_t{second[1]} << 32U | second[0]));
}

TEST_CASE("random_stream: seed and stream enter with all 64 bits") {
  const std::uint64_t high = std::uint64_t{1} << 40U;
  const std::vector<RandomStream> streams{{0, 0}, {1, 0}, {0, 1}, {high, 0}, {0, high}, {1, 1}};
  for (std::size_t a = 0; a < streams.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      CHECK(first_draws(streams[a], 4) != first_draws(streams[b], 4));
}

TEST_CASE("random_stream: one stream's draws do not depend on another's") {
  const std::vector<std::uint64_t> alone = first_draws(RandomStream(7, 3), 100);
  RandomStream stream(7, 3);
  RandomStream other(7, 4);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    for (std::size_t skipped = 0; skipped < i % 5; ++skipped) other();
    REQUIRE(stream() == alone[i]);
  }
}

TEST_CASE("random_stream: uniform takes the upper 53 bits, in [0, 1)") {
  RandomStream numbers(5, 0);
  RandomStream stream(5, 0);
  for (int i = 0; i < 10'000; ++i) {
    const double drawn = stream.uniform();
    REQUIRE(drawn >= 0.0);
    REQUIRE(drawn < 1.0);
    REQUIRE(drawn == static_cast<double>(numbers() >> 11U) / 9007199254740992.0);
  }
}

// The mean of n = 100,000 uniform draws has a standard deviation of sqrt(1 / 12 / n) = 0.0009; five
// of them are allowed. The seed is fixed, so this cannot fail by chance.
TEST_CASE("random_stream: uniform draws have mean one half") {
  RandomStream stream(11, 0);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) sum += stream.uniform();
  CHECK(sum / 100'000 == doctest::Approx(0.5).epsilon(0.0045 / 0.5));
}

// 60,000 draws of six values: each 10,000 times on average, with a standard deviation of
// sqrt(60,000 x 1/6 x 5/6) = 91; five of them are allowed.
TEST_CASE("random_stream: below gives every value equally often, and none beyond") {
  RandomStream stream(13, 0);
  std::array<int, 6> drawn{};
  for (int i = 0; i < 60'000; ++i) {
    const std::uint64_t value = stream.below(6);
    REQUIRE(value < 6);
    ++drawn[value];
  }
  for (const int times : drawn) {
    CHECK(times > 10'000 - 455);
    CHECK(times < 10'000 + 455);
  }
  CHECK(stream.below(1) == 0);
}

// Of a bound of 2^63 + 1 nearly half of all draws would be biased and are drawn again.
TEST_CASE("random_stream: below draws again where a bound does not divide 2^64") {
  const std::uint64_t bound = (std::uint64_t{1} << 63U) + 1;
  RandomStream stream(17, 0);
  RandomStream numbers(17, 0);
  for (int i = 0; i < 1'000; ++i) REQUIRE(stream.below(bound) < bound);
  for (int i = 0; i < 1'000; ++i) numbers();
  CHECK(stream() != numbers());  // more than 1,000 numbers were used up
}

}  // namespace
}  // namespace lockstep::sim
