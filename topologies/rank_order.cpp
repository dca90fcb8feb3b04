#include "topologies/rank_order.hpp"

#include <algorithm>
#include <map>

namespace lockstep::topologies {

namespace {

constexpr NodeIndex no_switch = -1;

// By host: the switch at the other end of its fastest link to one, the first if several tie.
std::vector<NodeIndex> nearest_switches(const Topology& topology) {
  std::vector<HostIndex> host_at(topology.nodes.size(), -1);
  for (std::size_t host = 0; host < topology.hosts.size(); ++host)
    host_at[static_cast<std::size_t>(topology.hosts[host])] = static_cast<HostIndex>(host);
  std::vector<NodeIndex> nearest(topology.hosts.size(), no_switch);
  std::vector<double> rates(topology.hosts.size(), 0);
  const auto offer = [&](NodeIndex from, NodeIndex to, double bytes_per_s) {
    const HostIndex host = host_at[static_cast<std::size_t>(from)];
    if (host < 0 || host_at[static_cast<std::size_t>(to)] >= 0) return;
    const auto at = static_cast<std::size_t>(host);
    if (bytes_per_s < rates[at] || (bytes_per_s == rates[at] && to > nearest[at])) return;
    nearest[at] = to;
    rates[at] = bytes_per_s;
  };
  for (const Link& link : topology.links) {
    offer(link.from, link.to, link.bytes_per_s);
    if (link.duplex != Duplex::simplex) offer(link.to, link.from, link.bytes_per_s);
  }
  return nearest;
}

}  // namespace

std::vector<std::vector<HostIndex>> close_hosts(const Topology& topology) {
  const std::vector<NodeIndex> nearest = nearest_switches(topology);
  std::vector<std::vector<HostIndex>> groups;
  std::map<NodeIndex, std::size_t> group_of;
  for (std::size_t host = 0; host < nearest.size(); ++host) {
    const auto [found, is_new] = group_of.try_emplace(nearest[host], groups.size());
    if (nearest[host] == no_switch || is_new) {
      groups.push_back({static_cast<HostIndex>(host)});
      continue;
    }
    groups[found->second].push_back(static_cast<HostIndex>(host));
  }
  return groups;
}

std::vector<HostIndex> block_order(const Topology& topology) {
  std::vector<HostIndex> order;
  for (const std::vector<HostIndex>& group : close_hosts(topology))
    order.insert(order.end(), group.begin(), group.end());
  return order;
}

std::vector<HostIndex> cyclic_order(const Topology& topology) {
  const std::vector<std::vector<HostIndex>> groups = close_hosts(topology);
  std::vector<HostIndex> order;
  for (std::size_t place = 0; order.size() < topology.hosts.size(); ++place)
    for (const std::vector<HostIndex>& group : groups)
      if (place < group.size()) order.push_back(group[place]);
  return order;
}

Topology in_order(Topology topology, const std::vector<HostIndex>& order) {
  std::vector<NodeIndex> hosts;
  for (const HostIndex host : order)
    hosts.push_back(topology.hosts[static_cast<std::size_t>(host)]);
  topology.hosts = std::move(hosts);
  return topology;
}

}  // namespace lockstep::topologies
