#include "reports/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace lockstep::reports {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(4 * ((bytes.size() + 2) / 3), '=');
  const auto byte = [&bytes](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(bytes[i])};
  };
  std::size_t end = 0;
  const auto add = [&](std::uint32_t bits, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) text[end++] = digits[bits >> (18 - 6 * i) & 63U];
  };
  std::size_t first = 0;
  for (; first + 3 <= bytes.size(); first += 3)
    add(byte(first) << 16U | byte(first + 1) << 8U | byte(first + 2), 4);
  if (bytes.size() - first == 1) add(byte(first) << 16U, 2);
  if (bytes.size() - first == 2) add(byte(first) << 16U | byte(first + 1) << 8U, 3);
  return text;
}

}  // namespace lockstep::reports
