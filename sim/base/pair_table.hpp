// A map from pairs of indices to values: a flat hash table with linear probing, at most half full.
// An empty one takes no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep {

template <class Value>
class PairTable {
 public:
  // Returns the value of the pair, or nullptr; valid until the next insertion.
  [[nodiscard]] const Value* find(std::int32_t first, std::int32_t second) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[position(key(first, second))];
    return slot.key == no_key ? nullptr : &slot.value;
  }

  // Adds the value of a pair of indices (at least 0) that is not in the table yet. Returns the
  // table's copy; valid until the next insertion.
  const Value& insert(std::int32_t first, std::int32_t second, const Value& value) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[position(key(first, second))];
    slot = {key(first, second), value};
    ++used_;
    return slot.value;
  }

 private:
  static constexpr std::uint64_t no_key = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t key = no_key;
    Value value{};
  };

  static std::uint64_t key(std::int32_t first, std::int32_t second) {
    return std::uint64_t{static_cast<std::uint32_t>(first)} << 32 |
           static_cast<std::uint32_t>(second);
  }

  // Returns the slot of `key` or, if it is absent, the slot where it belongs. The multiplier is
  // 2^64 over the golden ratio: the top bits of the product spread keys that differ by little.
  [[nodiscard]] std::size_t position(std::uint64_t key) const {
    std::size_t i = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> shift_);
    while (slots_[i].key != key && slots_[i].key != no_key) i = (i + 1) & (slots_.size() - 1);
    return i;
  }

  void grow() {
    if (slots_.empty()) return slots_.resize(std::size_t{1} << (64 - shift_));
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    --shift_;
    for (const Slot& slot : old)
      if (slot.key != no_key) slots_[position(slot.key)] = slot;
  }

  int shift_ = 59;  // 64 - log2(slots), once there are any
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace lockstep
