#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/pair_table.hpp"
#include "topologies/direct_route.hpp"
#include "topologies/route_table.hpp"
#include "topologies/shortest_paths.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {
namespace {

constexpr Route empty_route{
    .channels = {}, .latency = {}, .bytes_per_s = std::numeric_limits<double>::infinity()};

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

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

NodeIndex other_end(const Topology& topology, ChannelIndex channel, NodeIndex node) {
  const Channel& ends = topology.channels[at(channel)];
  return ends.from == node ? ends.to : ends.from;
}

// The hash of a message's ends and of the node that sends it on: the finalizer of SplitMix64
// (Steele, Lea and Flood, OOPSLA 2014). Of the first three million salts this is the one with which
// flows meet least in the smallest leaf-spine networks, of up to four hosts a leaf, where each host
// sends to the one at its place behind another leaf: in textbooks these flows do not meet. In
// larger networks they meet as often as chance has it.
std::uint64_t hash_of(NodeIndex from, NodeIndex to, NodeIndex node) {
  constexpr std::uint64_t salt = 152942;
  const auto word = [](NodeIndex index) { return static_cast<std::uint64_t>(index); };
  std::uint64_t hash = (word(from) << 32 | word(to)) + (word(node) + salt) * 0x9E3779B97F4A7C15u;
  hash = (hash ^ hash >> 30) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ hash >> 27) * 0x94D049BB133111EBu;
  return hash ^ hash >> 31;
}

// The channels of a message that spreads over several paths, and the share of it that each carries.
struct Spread {
  std::vector<ChannelIndex> channels;
  std::vector<double> shares;
};

}  // namespace

struct Routes::Cache {
  using Path = std::vector<ChannelIndex>;

  RouteTable table;                                                    // of messages with number 0
  Path path;                                                           // scratch
  std::optional<ShortestPaths> shortest_paths;                         // made when first needed
  std::map<std::pair<NodeIndex, NodeIndex>, std::vector<Path>> given;  // several for a pair
  // Pairs with several paths: their index, the number of the next message, and their other routes.
  PairTable<std::int32_t> tied_pairs;
  std::vector<PathNumber> next_numbers;
  PairTable<Route> numbered;  // by index and number
  std::forward_list<std::vector<double>> shares;

  ShortestPaths& paths_of(const Topology& topology) {
    if (!shortest_paths) shortest_paths.emplace(topology);
    return *shortest_paths;
  }

  // Appends the path of a message; says whether others may take another.
  bool append_path(const Topology& topology, NodeIndex from, NodeIndex to, std::uint32_t number) {
    if (topology.wiring == Wiring::general) return append_best_path(topology, from, to, number);
    const DirectRoute direct = direct_route(topology, from, to);
    path.insert(path.end(), direct.channels().begin(), direct.channels().end());
    return false;
  }

  bool append_best_path(const Topology& topology, NodeIndex from, NodeIndex to,
                        std::uint32_t number) {
    bool has_others = false;
    ShortestPaths& paths = paths_of(topology);
    for (NodeIndex node = from; node != to; node = other_end(topology, path.back(), node)) {
      const auto channels = paths.first_channels(node, to);
      std::size_t choice = 0;
      if (topology.routing == Routing::ecmp && channels.size() > 1) {
        has_others = true;
        choice = (hash_of(from, to, node) + number) % channels.size();
        number /= static_cast<std::uint32_t>(channels.size());
      }
      path.push_back(channels[choice]);
    }
    return has_others;
  }

  // All best paths have equally many links, so going from the sender link by link reaches each node
  // with all that it is to send on.
  Spread spread_over_best_paths(const Topology& topology, NodeIndex from, NodeIndex to) {
    Spread spread;
    ShortestPaths& paths = paths_of(topology);
    std::map<NodeIndex, double> reached = {{from, 1}};
    while (reached.begin()->first != to) {
      std::map<NodeIndex, double> next;
      for (const auto& [node, share] : reached) {
        const auto channels = paths.first_channels(node, to);
        const double part = share / static_cast<double>(channels.size());
        for (const ChannelIndex channel : channels) {
          spread.channels.push_back(channel);
          spread.shares.push_back(part);
          next[other_end(topology, channel, node)] += part;
        }
      }
      reached = std::move(next);
    }
    return spread;
  }

  // Equal parts over the given paths, which may have links in common.
  static Spread spread_over(const std::vector<Path>& paths) {
    std::map<ChannelIndex, double> shares;
    for (const Path& one : paths)
      for (const ChannelIndex channel : one)
        shares[channel] += 1 / static_cast<double>(paths.size());
    Spread spread;
    for (const auto& [channel, share] : shares) {
      spread.channels.push_back(channel);
      spread.shares.push_back(share);
    }
    return spread;
  }

  [[nodiscard]] const std::vector<Path>* given_paths(NodeIndex from, NodeIndex to) const {
    const auto found = given.find({from, to});
    return found == given.end() ? nullptr : &found->second;
  }

  // Finds the route of a message; a spread one has the latency of the slowest of its paths.
  Route find(const Topology& topology, NodeIndex from, NodeIndex to, std::uint32_t number) {
    const std::vector<Path>* several = given_paths(from, to);
    path.clear();
    if (several == nullptr) {
      const bool has_others = append_path(topology, from, to, number);
      const bool spreads =
          topology.routing == Routing::spread && topology.wiring == Wiring::general;
      if (spreads)
        return route_of_spread(topology, spread_over_best_paths(topology, from, to), path);
      return route_of_path(topology, path, has_others);
    }
    if (topology.routing == Routing::spread) {
      const auto slowest = std::ranges::max_element(
          *several, {}, [&](const Path& one) { return latency_of(topology, one); });
      return route_of_spread(topology, spread_over(*several), *slowest);
    }
    const bool chooses = topology.routing != Routing::single;
    const std::size_t choice = chooses ? (hash_of(from, to, from) + number) % several->size() : 0;
    return route_of_path(topology, (*several)[choice], chooses);
  }

  static Picoseconds latency_of(const Topology& topology, std::span<const ChannelIndex> channels) {
    Picoseconds sum;
    for (const ChannelIndex index : channels)
      sum = saturating_add(sum, topology.links[at(topology.channels[at(index)].link)].latency);
    return sum;
  }

  Route route_of_path(const Topology& topology, std::span<const ChannelIndex> channels,
                      bool has_others) {
    Route route = empty_route;
    route.channels = table.keep(channels);
    route.has_others = has_others;
    route.latency = latency_of(topology, channels);
    for (const ChannelIndex index : channels)
      route.bytes_per_s = std::min(route.bytes_per_s, topology.channels[at(index)].bytes_per_s);
    return route;
  }

  Route route_of_spread(const Topology& topology, Spread spread,
                        std::span<const ChannelIndex> slowest) {
    if (std::ranges::all_of(spread.shares, [](double share) { return share >= 1; }))
      return route_of_path(topology, slowest, false);
    Route route = empty_route;
    route.channels = table.keep(spread.channels);
    route.latency = latency_of(topology, slowest);
    for (std::size_t hop = 0; hop < spread.channels.size(); ++hop)
      route.bytes_per_s =
          std::min(route.bytes_per_s,
                   topology.channels[at(spread.channels[hop])].bytes_per_s / spread.shares[hop]);
    route.shares = shares.emplace_front(std::move(spread.shares)).data();
    return route;
  }

  // The index of a pair with several paths.
  std::int32_t tied_pair(NodeIndex from, NodeIndex to) {
    if (const std::int32_t* known = tied_pairs.find(from, to)) return *known;
    const auto index = static_cast<std::int32_t>(next_numbers.size());
    next_numbers.push_back(0);
    tied_pairs.insert(from, to, index);
    return index;
  }
};

Routes::Routes(const Topology& topology) : topology_(&topology), cache_(new Cache) {
  std::map<std::pair<NodeIndex, NodeIndex>, std::vector<Cache::Path>> given;
  for (const RouteOverride& route : topology.route_overrides)
    append_override(topology, route, given[{route.from, route.to}].emplace_back());
  for (auto& [ends, paths] : given) {
    if (paths.size() == 1)
      cache_->table.insert(ends.first, ends.second,
                           cache_->route_of_path(topology, paths.front(), false));
    else
      cache_->given.emplace(ends, std::move(paths));
  }
}

Routes::~Routes() = default;

bool Routes::connects(NodeIndex from, NodeIndex to) {
  if (from == to || cache_->table.find(from, to) != nullptr) return true;
  if (cache_->given_paths(from, to) != nullptr) return true;
  if (topology_->wiring != Wiring::general) return true;
  return cache_->paths_of(*topology_).connects(from, to);
}

Route Routes::between_nodes(NodeIndex from, NodeIndex to, PathNumber number) {
  if (from == to) return empty_route;
  const Route* known = cache_->table.find(from, to);
  if (known == nullptr)
    known = &cache_->table.insert(from, to, cache_->find(*topology_, from, to, 0));
  if (number == 0 || !known->has_others) return *known;
  const std::int32_t pair = cache_->tied_pair(from, to);
  const auto index = static_cast<std::int32_t>(number);
  if (const Route* numbered = cache_->numbered.find(pair, index)) return *numbered;
  const Route route = cache_->find(*topology_, from, to, number);
  cache_->numbered.insert(pair, index, route);
  return route;
}

Route Routes::between_hosts(HostIndex from, HostIndex to, PathNumber number) {
  return between_nodes(topology_->hosts[at(from)], topology_->hosts[at(to)], number);
}

PathNumber Routes::next_number(NodeIndex from, NodeIndex to) {
  if (!between_nodes(from, to).has_others) return 0;
  PathNumber& next = cache_->next_numbers[at(cache_->tied_pair(from, to))];
  const PathNumber number = next;
  next = static_cast<PathNumber>((next + 1) % numbered_paths);
  return number;
}

std::vector<bool> Routes::used_channels() {
  const Topology& topology = *topology_;
  std::vector<bool> used(topology.channels.size(), false);
  const auto use = [&](std::span<const ChannelIndex> channels) {
    for (const ChannelIndex channel : channels) used[at(channel)] = true;
  };
  const bool ties_are_used =
      topology.wiring == Wiring::general &&
      (topology.routing == Routing::ecmp || topology.routing == Routing::spread);
  std::vector<NodeIndex> visited(topology.nodes.size(), -1);  // on the way to which node
  std::vector<NodeIndex> to_visit;
  for (const NodeIndex to : topology.hosts)
    for (const NodeIndex from : topology.hosts) {
      if (from == to || !connects(from, to)) continue;
      if (const auto* paths = cache_->given_paths(from, to);
          paths != nullptr && topology.routing != Routing::single) {
        for (const Cache::Path& path : *paths) use(path);
        continue;
      }
      const Route route = between_nodes(from, to);
      use(route.channels);
      if (!ties_are_used || !route.has_others) continue;
      to_visit.assign(1, from);
      while (!to_visit.empty()) {
        const NodeIndex node = to_visit.back();
        to_visit.pop_back();
        if (node == to || visited[at(node)] == to) continue;
        visited[at(node)] = to;
        for (const ChannelIndex channel : cache_->paths_of(topology).first_channels(node, to)) {
          used[at(channel)] = true;
          to_visit.push_back(other_end(topology, channel, node));
        }
      }
    }
  return used;
}

}  // namespace lockstep::topologies
