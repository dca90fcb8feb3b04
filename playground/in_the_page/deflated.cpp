// The zlib format without zlib: blocks that are stored as they are. What the page unpacks at once
// need not be packed.
#include "reports/deflated.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace lockstep::reports {

namespace {

// Adler-32 (RFC 1950).
std::uint32_t checksum(std::string_view bytes) {
  constexpr std::uint32_t modulus = 65521;
  constexpr std::size_t most_at_once = 5552;  // before 32 bits may not hold the sum of sums
  std::uint32_t sum = 1;
  std::uint32_t sum_of_sums = 0;
  for (std::size_t first = 0; first < bytes.size(); first += most_at_once) {
    for (const char byte : bytes.substr(first, most_at_once)) {
      sum += static_cast<unsigned char>(byte);
      sum_of_sums += sum;
    }
    sum %= modulus;
    sum_of_sums %= modulus;
  }
  return sum_of_sums << 16U | sum;
}

char low_byte(std::size_t number) { return static_cast<char>(number & 0xffU); }

void add_stored_block(std::string& text, std::string_view block, bool is_last) {
  text += is_last ? '\1' : '\0';
  for (const std::size_t length : {block.size(), ~block.size()}) {
    text += low_byte(length);
    text += low_byte(length >> 8U);
  }
  text += block;
}

}  // namespace

std::string deflated(std::string_view bytes) {
  constexpr std::size_t most = 65535;  // in a block
  std::string text = "\x78\x01";       // deflate; the least compression
  std::size_t first = 0;
  do {
    const std::string_view block = bytes.substr(first, most);
    first += block.size();
    add_stored_block(text, block, first == bytes.size());
  } while (first < bytes.size());
  const std::uint32_t sum = checksum(bytes);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) text += low_byte(sum >> shift);
  return text;
}

}  // namespace lockstep::reports
