#include "models/cost/oversubscription.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace lockstep::models {

namespace {

using topologies::HostIndex;
using topologies::Routing;
using topologies::Topology;

constexpr int most_hosts_looked_at = 256;

// Of one channel: who sends and who receives over it.
struct Use {
  std::vector<bool> senders;
  std::vector<bool> receivers;
};

// Nothing where messages choose between paths, whose links some of them may find taken.
std::optional<std::vector<Use>> uses_of(const Topology& topology) {
  const auto hosts = topology.hosts.size();
  const std::vector<bool> nobody(hosts, false);
  std::vector<Use> uses(topology.channels.size(), {nobody, nobody});
  topologies::Routes routes(topology);
  for (std::size_t from = 0; from < hosts; ++from)
    for (std::size_t to = 0; to < hosts; ++to) {
      const topologies::Route route =
          routes.between_hosts(static_cast<HostIndex>(from), static_cast<HostIndex>(to));
      if (route.has_others) return std::nullopt;
      for (const auto channel : route.channels) {
        uses[static_cast<std::size_t>(channel)].senders[from] = true;
        uses[static_cast<std::size_t>(channel)].receivers[to] = true;
      }
    }
  return uses;
}

// What each host can send, or receive, over the links that end at it.
std::vector<double> rates_of_hosts(const Topology& topology, bool sending) {
  std::vector<double> of_nodes(topology.nodes.size(), 0);
  for (const topologies::Channel& channel : topology.channels) {
    const bool both =
        topology.links[static_cast<std::size_t>(channel.link)].duplex == topologies::Duplex::half;
    if (sending || both) of_nodes[static_cast<std::size_t>(channel.from)] += channel.bytes_per_s;
    if (!sending || both) of_nodes[static_cast<std::size_t>(channel.to)] += channel.bytes_per_s;
  }
  std::vector<double> rates;
  for (const topologies::NodeIndex host : topology.hosts)
    rates.push_back(of_nodes[static_cast<std::size_t>(host)]);
  return rates;
}

// The sum over `members`; 0 for one alone, whose own link it is.
double rate_of(const std::vector<bool>& members, const std::vector<double>& rates) {
  double sum = 0;
  int count = 0;
  for (std::size_t host = 0; host < members.size(); ++host) {
    if (!members[host]) continue;
    sum += rates[host];
    ++count;
  }
  return count > 1 ? sum : 0;
}

}  // namespace

bool has_oversubscribed_links(const Setup& setup) {
  const Topology& topology = *setup.cluster.topology;
  if (topology.wiring != topologies::Wiring::general) return false;
  if (setup.cluster.hosts() > most_hosts_looked_at) return true;
  const std::optional<std::vector<Use>> known = uses_of(topology);
  if (!known) return true;
  const std::vector<Use>& uses = *known;
  const std::vector<double> sent = rates_of_hosts(topology, true);
  const std::vector<double> received = rates_of_hosts(topology, false);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const double asked =
        std::min(rate_of(uses[i].senders, sent), rate_of(uses[i].receivers, received));
    if (asked > topology.channels[i].bytes_per_s && !topology.channels[i].unshared) return true;
  }
  return false;
}

bool may_take_other_paths(const Setup& setup) {
  const Topology& topology = *setup.cluster.topology;
  const bool one_each =
      setup.cluster.connections == Connections::ordered && setup.placement == Placement::dedicated;
  if (one_each ||
      (topology.wiring != topologies::Wiring::general && topology.route_overrides.empty()))
    return false;
  const auto differs = [&](const topologies::Link& link) {
    return link.bytes_per_s < topology.links.front().bytes_per_s ||
           link.bytes_per_s > topology.links.front().bytes_per_s;
  };
  if (setup.cluster.sharing != Sharing::max_min && std::ranges::none_of(topology.links, differs))
    return false;
  if (setup.cluster.hosts() > most_hosts_looked_at) return topology.routing == Routing::ecmp;
  topologies::Routes routes(topology);
  for (HostIndex from = 0; from < setup.cluster.hosts(); ++from)
    for (HostIndex to = 0; to < setup.cluster.hosts(); ++to)
      if (routes.between_hosts(from, to).has_others) return true;
  return false;
}

}  // namespace lockstep::models
