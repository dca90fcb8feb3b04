// Reads what `PackedIntegers` packed, as a page does.
#pragma once

#include <openssl/evp.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::reports::testing {

[[nodiscard]] inline std::string from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  // Padding is decoded as zeros.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

[[nodiscard]] inline std::string inflated(std::string_view bytes) {
  std::string result;
  for (std::size_t room = 4096;; room *= 2) {
    result.resize(room);
    auto size = static_cast<uLongf>(room);
    const int status =
        uncompress(reinterpret_cast<Bytef*>(result.data()), &size,
                   reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
    if (status == Z_BUF_ERROR && room < (std::size_t{1} << 30U)) continue;
    result.resize(status == Z_OK ? size : 0);
    return result;
  }
}

[[nodiscard]] inline std::vector<std::int64_t> unpacked(const std::string& text) {
  std::vector<std::int64_t> values;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char byte : inflated(from_base64(text))) {
    value |= (static_cast<std::uint64_t>(byte) & 0x7fU) << shift;
    shift += 7;
    if ((static_cast<std::uint64_t>(byte) & 0x80U) != 0) continue;
    const std::uint64_t magnitude = value >> 1U;
    values.push_back(static_cast<std::int64_t>((value & 1U) == 0 ? magnitude : ~magnitude));
    value = 0;
    shift = 0;
  }
  return values;
}

// The tables of a timeline, one after another: of each list of rows its columns.
class Tables {
 public:
  explicit Tables(const scenarios::Json& timeline) : values_(unpacked(timeline["packed"])) {}

  [[nodiscard]] std::vector<std::vector<std::vector<std::int64_t>>> next(std::size_t lists,
                                                                         std::size_t columns) {
    std::vector<std::int64_t> sizes;
    for (std::size_t list = 0; list < lists; ++list) sizes.push_back(values_.at(place_++));
    std::vector<std::vector<std::vector<std::int64_t>>> table(lists);
    for (std::size_t column = 0; column < columns; ++column)
      for (std::size_t list = 0; list < lists; ++list) {
        std::vector<std::int64_t>& values = table[list].emplace_back();
        for (std::int64_t row = 0; row < sizes[list]; ++row) values.push_back(values_.at(place_++));
      }
    return table;
  }
  [[nodiscard]] bool at_end() const { return place_ == values_.size(); }

 private:
  std::vector<std::int64_t> values_;
  std::size_t place_ = 0;
};

}  // namespace lockstep::reports::testing
