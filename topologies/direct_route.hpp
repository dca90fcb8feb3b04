// Routes that follow from the numbers of two hosts. Who asks for many of them once, as closed forms
// do, needs no table of them (`Routes`), whose memory takes longer to get than they do to find.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

struct DirectRoute {
  std::array<ChannelIndex, 2> kept = {};
  std::size_t length = 0;
  Picoseconds latency;  // sum over the links of the path
  double bytes_per_s = std::numeric_limits<double>::infinity();

  [[nodiscard]] std::span<const ChannelIndex> channels() const {
    return std::span(kept).first(length);
  }
  // The same as a route, whose channels stay where they are in this one.
  [[nodiscard]] Route route() const {
    return {.channels = channels(), .latency = latency, .bytes_per_s = bytes_per_s};
  }
};

// Whether the topology's wiring says which way all messages go: a star, hosts that are joined each
// with each, or a bus, without routes that a scenario prescribes.
[[nodiscard]] bool has_direct_routes(const Topology& topology);

// Returns the route between two distinct nodes of such a topology; one of them may be a star's
// switch.
[[nodiscard]] DirectRoute direct_route(const Topology& topology, NodeIndex from, NodeIndex to);

}  // namespace lockstep::topologies
