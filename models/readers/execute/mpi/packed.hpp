// Packs values into a row of bytes, for another process of the same program on a machine of the
// same sort.
//
// `pack(writer, value)` and `pack(reader, value)` walk through a value alike: what one writes the
// other reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep::models {

class PackedWriter {
 public:
  void bytes(void* from, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(from);
    written_.insert(written_.end(), first, first + count);
  }
  [[nodiscard]] std::vector<std::byte> take() { return std::move(written_); }

 private:
  std::vector<std::byte> written_;
};

class PackedReader {
 public:
  explicit PackedReader(std::span<const std::byte> bytes) : left_(bytes) {}
  void bytes(void* to, std::size_t count) {
    std::memcpy(to, left_.data(), count);
    left_ = left_.subspan(count);
  }

 private:
  std::span<const std::byte> left_;
};

template <class Packed, class Value>
  requires std::is_trivially_copyable_v<Value>
void pack(Packed& packed, Value& value) {
  packed.bytes(&value, sizeof(Value));
}

template <class Packed, class Value>
void pack(Packed& packed, std::vector<Value>& values) {
  std::uint64_t count = values.size();
  pack(packed, count);
  values.resize(count);
  if constexpr (std::is_trivially_copyable_v<Value> && !std::is_same_v<Value, bool>) {
    if (count > 0) packed.bytes(values.data(), count * sizeof(Value));
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      Value value = values[i];
      pack(packed, value);
      values[i] = std::move(value);
    }
  }
}

template <class Packed, class Key, class Value>
void pack(Packed& packed, std::map<Key, Value>& values) {
  std::vector<std::pair<Key, Value>> pairs(values.begin(), values.end());
  std::uint64_t count = pairs.size();
  pack(packed, count);
  pairs.resize(count);
  for (auto& [key, value] : pairs) {
    pack(packed, key);
    pack(packed, value);
  }
  values = {pairs.begin(), pairs.end()};
}

}  // namespace lockstep::models
