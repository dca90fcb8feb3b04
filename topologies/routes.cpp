#include <algorithm>
#include <limits>
#include <optional>

#include "sim/base/check.hpp"
#include "topologies/route_table.hpp"
#include "topologies/shortest_paths.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {
namespace {

constexpr Route empty_route{{}, {}, std::numeric_limits<double>::infinity()};

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// Up from a host, down to a host; link i is host i's, its first channel leads up.
void append_star_path(const Topology& topology, NodeIndex from, NodeIndex to,
                      std::vector<ChannelIndex>& path) {
  const auto switch_node = static_cast<NodeIndex>(topology.hosts.size());
  if (from != switch_node) path.push_back(topology.first_channel_of_link[at(from)]);
  if (to != switch_node) path.push_back(topology.first_channel_of_link[at(to)] + 1);
}

// Host i's links to higher hosts follow those of the hosts below it, of which host k has N-1-k.
void append_direct_path(const Topology& topology, NodeIndex from, NodeIndex to,
                        std::vector<ChannelIndex>& path) {
  const std::int64_t hosts = static_cast<std::int64_t>(topology.hosts.size());
  const std::int64_t low = std::min(from, to);
  const std::int64_t high = std::max(from, to);
  const std::int64_t link = low * (2 * hosts - low - 1) / 2 + (high - low - 1);
  const ChannelIndex first = topology.first_channel_of_link[static_cast<std::size_t>(link)];
  path.push_back(from < to ? first : first + 1);
}

// The channels of a route that a scenario prescribes; the builder has checked it.
void append_override(const Topology& topology, const RouteOverride& route,
                     std::vector<ChannelIndex>& path) {
  NodeIndex node = route.from;
  for (const LinkIndex index : route.links) {
    const Link& link = topology.links[at(index)];
    const bool backwards = link.from != node;
    const ChannelIndex first = topology.first_channel_of_link[at(index)];
    path.push_back(backwards && link.duplex == Duplex::full ? first + 1 : first);
    node = backwards ? link.from : link.to;
  }
  check(node == route.to, "route override ends at node {}, not {}", node, route.to);
}

}  // namespace

struct Routes::Cache {
  RouteTable table;
  std::vector<ChannelIndex> path;               // scratch
  std::optional<ShortestPaths> shortest_paths;  // made when first needed

  ShortestPaths& paths_of(const Topology& topology) {
    if (!shortest_paths) shortest_paths.emplace(topology);
    return *shortest_paths;
  }

  void append_path(const Topology& topology, NodeIndex from, NodeIndex to) {
    switch (topology.wiring) {
      case Wiring::star:
        return append_star_path(topology, from, to, path);
      case Wiring::fully_connected:
        return append_direct_path(topology, from, to, path);
      case Wiring::bus:
        path.push_back(0);
        return;
      case Wiring::general:
        return paths_of(topology).append_path(from, to, path);
    }
  }

  // Moves `path` into the table.
  Route keep_path(const Topology& topology, NodeIndex from, NodeIndex to) {
    Route route = empty_route;
    route.channels = table.keep(path);
    for (const ChannelIndex index : path) {
      const Channel& channel = topology.channels[at(index)];
      route.latency = saturating_add(route.latency, topology.links[at(channel.link)].latency);
      route.bytes_per_s = std::min(route.bytes_per_s, channel.bytes_per_s);
    }
    table.insert(from, to, route);
    path.clear();
    return route;
  }
};

Routes::Routes(const Topology& topology) : topology_(&topology), cache_(new Cache) {
  for (const RouteOverride& route : topology.route_overrides) {
    append_override(topology, route, cache_->path);
    cache_->keep_path(topology, route.from, route.to);
  }
}

Routes::~Routes() = default;

bool Routes::connects(NodeIndex from, NodeIndex to) {
  if (from == to || cache_->table.find(from, to) != nullptr) return true;
  if (topology_->wiring != Wiring::general) return true;
  return cache_->paths_of(*topology_).connects(from, to);
}

Route Routes::between_nodes(NodeIndex from, NodeIndex to) {
  if (from == to) return empty_route;
  if (const Route* known = cache_->table.find(from, to)) return *known;
  cache_->append_path(*topology_, from, to);
  return cache_->keep_path(*topology_, from, to);
}

Route Routes::between_hosts(HostIndex from, HostIndex to) {
  return between_nodes(topology_->hosts[at(from)], topology_->hosts[at(to)]);
}

}  // namespace lockstep::topologies
