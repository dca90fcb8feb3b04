#include "sim/random_stream.hpp"

#include "sim/base/count.hpp"

namespace lockstep::sim {

PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
  const auto low = [](std::uint64_t product) { return static_cast<std::uint32_t>(product); };
  const auto high = [](std::uint64_t product) {
    return static_cast<std::uint32_t>(product >> 32U);
  };
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

RandomStream::result_type RandomStream::operator()() {
  const auto word = [](std::uint64_t value, unsigned shift) {
    return static_cast<std::uint32_t>(value >> shift);
  };
  const std::size_t half = position_ % 2;
  if (half == 0) {
    const std::uint64_t counter = position_ / 2;
    block_ = philox({word(counter, 0), word(counter, 32), word(stream_, 0), word(stream_, 32)},
                    {word(seed_, 0), word(seed_, 32)});
  }
  ++position_;
  return std::uint64_t{block_[2 * half]} | (std::uint64_t{block_[2 * half + 1]} << 32U);
}

double RandomStream::uniform() { return static_cast<double>((*this)() >> 11U) * 0x1p-53; }

std::uint64_t RandomStream::below(std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t rejected = (0 - bound) % bound;
  while (true) {
    const Wide product = Wide{(*this)()} * bound;
    if (static_cast<std::uint64_t>(product) >= rejected)
      return static_cast<std::uint64_t>(product >> 64U);
  }
}

}  // namespace lockstep::sim
