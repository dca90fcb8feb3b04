#include "topologies/direct_route.hpp"

#include <algorithm>
#include <cstdint>

namespace lockstep::topologies {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

void append(DirectRoute& route, const Topology& topology, ChannelIndex index) {
  const Channel& channel = topology.channels[at(index)];
  route.kept[route.length++] = index;
  route.latency = saturating_add(route.latency, topology.links[at(channel.link)].latency);
  route.bytes_per_s = std::min(route.bytes_per_s, channel.bytes_per_s);
}

// Up from a host, down to a host; link i is host i's, its first channel leads up. The last node is
// the switch.
DirectRoute through_switch(const Topology& topology, NodeIndex from, NodeIndex to) {
  const auto switch_node = static_cast<NodeIndex>(topology.nodes.size() - 1);
  DirectRoute route;
  if (from != switch_node) append(route, topology, topology.first_channel_of_link[at(from)]);
  if (to != switch_node) append(route, topology, topology.first_channel_of_link[at(to)] + 1);
  return route;
}

// Host i's links to higher hosts follow those of the hosts below it, of which host k has N-1-k.
DirectRoute over_one_link(const Topology& topology, NodeIndex from, NodeIndex to) {
  const std::int64_t hosts = std::ssize(topology.nodes);  // also those that are not used
  const std::int64_t low = std::min(from, to);
  const std::int64_t high = std::max(from, to);
  const std::int64_t link = low * (2 * hosts - low - 1) / 2 + (high - low - 1);
  const ChannelIndex first = topology.first_channel_of_link[static_cast<std::size_t>(link)];
  DirectRoute route;
  append(route, topology, from < to ? first : first + 1);
  return route;
}

}  // namespace

bool has_direct_routes(const Topology& topology) {
  return topology.wiring != Wiring::general && topology.route_overrides.empty();
}

DirectRoute direct_route(const Topology& topology, NodeIndex from, NodeIndex to) {
  DirectRoute route;
  switch (topology.wiring) {
    case Wiring::star:
      return through_switch(topology, from, to);
    case Wiring::fully_connected:
      return over_one_link(topology, from, to);
    case Wiring::bus:
      append(route, topology, 0);
      break;
    case Wiring::general:
      break;
  }
  return route;
}

}  // namespace lockstep::topologies
