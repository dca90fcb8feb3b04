// SHA-256 without OpenSSL (FIPS 180-4).
#include "models/readers/numerics/sha256.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace lockstep::models {

namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t rounds = 64;
using Words = std::array<std::uint32_t, 8>;

constexpr bool is_prime(std::uint32_t number) {
  for (std::uint32_t divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return false;
  return number > 1;
}

// The first 32 bits behind the point of a number's root, by bisection on whole numbers: the largest
// r with (r / 2^32)^power <= number.
constexpr std::uint32_t root_fraction(std::uint32_t number, unsigned power) {
  __extension__ using Wide = unsigned __int128;
  std::uint64_t low = 0;
  std::uint64_t high = std::uint64_t{32} << 32U;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    // At most (2^37)^3 = 2^111.
    const Wide square = Wide{middle} * middle;
    const bool fits =
        power == 2 ? square <= Wide{number} << 64U : square * middle <= Wide{number} << 96U;
    (fits ? low : high) = middle;
  }
  return static_cast<std::uint32_t>(low);
}

// Of the first `count` primes.
template <std::size_t count>
constexpr std::array<std::uint32_t, count> root_fractions(unsigned power) {
  std::array<std::uint32_t, count> fractions{};
  std::uint32_t prime = 2;
  for (std::uint32_t& fraction : fractions) {
    while (!is_prime(prime)) ++prime;
    fraction = root_fraction(prime++, power);
  }
  return fractions;
}

constexpr Words start = root_fractions<8>(2);
constexpr std::array<std::uint32_t, rounds> constants = root_fractions<rounds>(3);

std::array<std::uint32_t, rounds> schedule_of(std::string_view block) {
  std::array<std::uint32_t, rounds> words{};
  for (std::size_t i = 0; i < block_bytes; ++i)
    words[i / 4] = words[i / 4] << 8U | static_cast<unsigned char>(block[i]);
  for (std::size_t i = 16; i < rounds; ++i) {
    const std::uint32_t early = words[i - 15];
    const std::uint32_t late = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] +
               (std::rotr(early, 7) ^ std::rotr(early, 18) ^ early >> 3U) +
               (std::rotr(late, 17) ^ std::rotr(late, 19) ^ late >> 10U);
  }
  return words;
}

void add_block(Words& hash, std::string_view block) {
  const auto words = schedule_of(block);
  auto [a, b, c, d, e, f, g, h] = hash;
  for (std::size_t i = 0; i < rounds; ++i) {
    const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                ((e & f) ^ (~e & g)) + constants[i] + words[i];
    const std::uint32_t second =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  const Words added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] += added[i];
}

}  // namespace

std::string sha256(std::string_view bytes) {
  Words hash = start;
  std::size_t first = 0;
  for (; bytes.size() - first >= block_bytes; first += block_bytes)
    add_block(hash, bytes.substr(first, block_bytes));
  // A one, zeros, and the number of bits in the last eight bytes.
  std::string end(bytes.substr(first));
  end += '\x80';
  while (end.size() % block_bytes != block_bytes - 8) end += '\0';
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) end += static_cast<char>(bits >> shift & 0xffU);
  for (std::size_t i = 0; i < end.size(); i += block_bytes)
    add_block(hash, std::string_view(end).substr(i, block_bytes));
  std::string text;
  for (const std::uint32_t word : hash) text += fmt::format("{:08x}", word);
  return text;
}

}  // namespace lockstep::models
