// The routes found so far, by pair of nodes: a flat hash table with linear probing, at most half
// full (40 bytes a slot), and an arena for the channels, whose chunks never move.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

class RouteTable {
 public:
  // The route from `from` to `to`, or nullptr; valid until the next insertion.
  [[nodiscard]] const Route* find(NodeIndex from, NodeIndex to) const {
    const Slot& slot = slots_[position(key(from, to))];
    return slot.key == no_key ? nullptr : &slot.route;
  }

  // Adds a route that is not there yet.
  void insert(NodeIndex from, NodeIndex to, const Route& route) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    slots_[position(key(from, to))] = {key(from, to), route};
    ++used_;
  }

  // Copies channels to where they stay for good.
  [[nodiscard]] std::span<const ChannelIndex> keep(std::span<const ChannelIndex> channels) {
    if (channels.size() > free_.size()) {
      const std::size_t length = std::max(chunk_length, channels.size());
      chunks_.push_back(std::make_unique<ChannelIndex[]>(length));
      free_ = {chunks_.back().get(), length};
    }
    const std::span<ChannelIndex> kept = free_.first(channels.size());
    std::ranges::copy(channels, kept.begin());
    free_ = free_.subspan(channels.size());
    return kept;
  }

 private:
  struct Slot {
    std::uint64_t key = no_key;
    Route route;
  };
  static constexpr std::uint64_t no_key = ~std::uint64_t{0};
  static constexpr std::size_t chunk_length = 4096;

  static std::uint64_t key(NodeIndex from, NodeIndex to) {
    return std::uint64_t{static_cast<std::uint32_t>(from)} << 32 | static_cast<std::uint32_t>(to);
  }

  // Where `key` is or, if it is nowhere, belongs. The multiplier is 2^64 / golden ratio: the top
  // bits of the product spread keys that differ by little.
  [[nodiscard]] std::size_t position(std::uint64_t key) const {
    std::size_t i = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> shift_);
    while (slots_[i].key != key && slots_[i].key != no_key) i = (i + 1) & (slots_.size() - 1);
    return i;
  }

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    --shift_;
    for (const Slot& slot : old)
      if (slot.key != no_key) slots_[position(slot.key)] = slot;
  }

  int shift_ = 58;  // 64 - log2(slots)
  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t used_ = 0;
  std::span<ChannelIndex> free_;  // the rest of the last chunk
  std::vector<std::unique_ptr<ChannelIndex[]>> chunks_;
};

}  // namespace lockstep::topologies
