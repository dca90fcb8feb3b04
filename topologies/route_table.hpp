// The routes found so far, by pair of nodes (40 bytes per slot), and an arena for their channels,
// whose chunks never move.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/pair_table.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {

class RouteTable {
 public:
  // The route from `from` to `to`, or nullptr; valid until the next insertion.
  [[nodiscard]] const Route* find(NodeIndex from, NodeIndex to) const {
    return routes_.find(from, to);
  }

  // Adds a route that is not there yet. Returns the table's copy; valid until the next insertion.
  const Route& insert(NodeIndex from, NodeIndex to, const Route& route) {
    return routes_.insert(from, to, route);
  }

  // Copies channels to the arena, where they stay for good, and returns the copy.
  [[nodiscard]] std::span<const ChannelIndex> keep(std::span<const ChannelIndex> channels) {
    if (channels.size() > free_.size()) {
      next_length_ = std::min(2 * next_length_, longest_chunk);
      const std::size_t length = std::max(next_length_, channels.size());
      chunks_.push_back(std::make_unique_for_overwrite<ChannelIndex[]>(length));
      free_ = {chunks_.back().get(), length};
    }
    const std::span<ChannelIndex> kept = free_.first(channels.size());
    std::ranges::copy(channels, kept.begin());
    free_ = free_.subspan(channels.size());
    return kept;
  }

 private:
  // Chunks double in length up to this: a closed form asks for few routes.
  static constexpr std::size_t longest_chunk = 4096;

  PairTable<Route> routes_;
  std::size_t next_length_ = 8;
  std::span<ChannelIndex> free_;  // the rest of the last chunk
  std::vector<std::unique_ptr<ChannelIndex[]>> chunks_;
};

}  // namespace lockstep::topologies
