#include "topologies/shortest_paths.hpp"

#include <algorithm>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "sim/base/check.hpp"
#include "topologies/graph.hpp"

namespace lockstep::topologies {
namespace {

constexpr ChannelIndex no_channel = -1;
constexpr NodeIndex several = -2;  // neighbours

struct Distance {
  Picoseconds latency;
  std::int32_t hops = 0;

  friend constexpr auto operator<=>(const Distance&, const Distance&) = default;
};

constexpr Distance unreached{longest_run, std::numeric_limits<std::int32_t>::max()};

struct Extend {
  constexpr Distance operator()(const Distance& distance, Picoseconds latency) const {
    return {saturating_add(distance.latency, latency), distance.hops + 1};
  }
};

// A node with one neighbour, one channel there and one back, as a host behind a switch has. No path
// goes through it, so that searches can do without it. `neighbour` is negative for other nodes.
struct Leaf {
  NodeIndex neighbour = -1;
  ChannelIndex out = no_channel;
  ChannelIndex in = no_channel;
};

// An arc between two nodes that are no leaves, by their numbers among those.
struct CoreArc {
  NodeIndex from;
  NodeIndex to;
  Arc arc;
};

// The best paths to one destination. Nodes are numbered among those that are no leaves.
struct Tree {
  // For each node, its first channel of the least index; `no_channel` where there is no way.
  std::vector<ChannelIndex> least;
  // The nodes with several first channels, ascending, and where in `channels` theirs begin.
  struct Tied {
    NodeIndex node;
    std::uint32_t begin;
  };
  std::vector<Tied> tied;
  std::vector<ChannelIndex> channels;

  [[nodiscard]] std::size_t entries() const {
    return least.size() + 2 * tied.size() + channels.size();
  }
  [[nodiscard]] std::span<const ChannelIndex> first_channels(NodeIndex node) const {
    const auto found = std::ranges::lower_bound(tied, node, {}, &Tied::node);
    if (found == tied.end() || found->node != node)
      return {&least[static_cast<std::size_t>(node)], 1};
    const auto next = std::next(found);
    const std::size_t end = next == tied.end() ? channels.size() : next->begin;
    return std::span(channels).subspan(found->begin, end - found->begin);
  }
};

// Trees are kept while they hold fewer entries than this together (256 MiB).
constexpr std::size_t most_tree_entries = 64 << 20;

// A direct link is only looked for at nodes with few links; elsewhere a tree is cheaper.
constexpr std::size_t few_arcs = 8;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::vector<Distance> distances_to(const Graph& reversed, NodeIndex destination) {
  std::vector<Distance> distance(num_vertices(reversed), unreached);
  boost::dijkstra_shortest_paths(reversed, static_cast<std::uint32_t>(destination),
                                 boost::weight_map(get(&Arc::latency, reversed))
                                     .distance_map(boost::make_iterator_property_map(
                                         distance.begin(), get(boost::vertex_index, reversed)))
                                     .distance_compare(std::less<Distance>())
                                     .distance_combine(Extend())
                                     .distance_inf(unreached)
                                     .distance_zero(Distance{}));
  return distance;
}

// Of two leaves that are each other's neighbours, neither counts as one.
std::vector<Leaf> leaves_of(const Topology& topology) {
  std::vector<Leaf> nodes(topology.nodes.size());
  std::vector<std::int32_t> arcs(nodes.size(), 0);
  const auto joined = [](NodeIndex known, NodeIndex other) {
    return known == -1 || known == other ? other : several;
  };
  for_each_arc(topology, [&](NodeIndex from, NodeIndex to, const Arc& arc) {
    Leaf& leaving = nodes[at(from)];
    Leaf& entered = nodes[at(to)];
    leaving.neighbour = joined(leaving.neighbour, to);
    entered.neighbour = joined(entered.neighbour, from);
    leaving.out = arc.channel;
    entered.in = arc.channel;
    ++arcs[at(from)];
    ++arcs[at(to)];
  });
  const auto is_leaf = [&](NodeIndex node) {
    const Leaf& leaf = nodes[at(node)];
    return leaf.neighbour >= 0 && arcs[at(node)] == 2 && leaf.in != no_channel &&
           leaf.out != no_channel;
  };
  std::vector<Leaf> leaves(nodes.size());
  for (std::size_t node = 0; node < nodes.size(); ++node)
    if (is_leaf(static_cast<NodeIndex>(node)) && !is_leaf(nodes[node].neighbour))
      leaves[node] = nodes[node];
  return leaves;
}

Picoseconds least_latency(const Topology& topology) {
  Picoseconds least = longest_run;
  for (const Link& link : topology.links) least = std::min(least, link.latency);
  return least;
}

}  // namespace

struct ShortestPaths::State {
  const Topology* topology;
  std::vector<Leaf> leaves;        // by node
  std::vector<NodeIndex> cores;    // by node: its number among those that are no leaves
  std::vector<NodeIndex> nodes;    // by that number
  std::vector<CoreArc> core_arcs;  // in the order of the links
  Graph reversed;
  Picoseconds least_latency;
  std::vector<Tree> trees;  // by destination; empty until needed
  std::size_t tree_entries = 0;
  std::vector<ChannelIndex> direct;  // scratch

  explicit State(const Topology& of)
      : topology(&of), leaves(leaves_of(of)), cores(of.nodes.size(), -1) {
    for (std::size_t node = 0; node < cores.size(); ++node) {
      if (is_leaf(static_cast<NodeIndex>(node))) continue;
      cores[node] = static_cast<NodeIndex>(nodes.size());
      nodes.push_back(static_cast<NodeIndex>(node));
    }
    for_each_arc(of, [&](NodeIndex from, NodeIndex to, const Arc& arc) {
      if (!is_leaf(from) && !is_leaf(to))
        core_arcs.push_back({cores[at(from)], cores[at(to)], arc});
    });
    reversed = reversed_core();
    least_latency = topologies::least_latency(of);
    trees.resize(nodes.size());
  }

  [[nodiscard]] bool is_leaf(NodeIndex node) const { return leaves[at(node)].neighbour >= 0; }

  [[nodiscard]] Graph reversed_core() const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
    std::vector<Arc> arcs;
    for (const CoreArc& one : core_arcs) {
      edges.emplace_back(one.to, one.from);
      arcs.push_back(one.arc);
    }
    return {boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), arcs.begin(),
            static_cast<std::uint32_t>(nodes.size())};
  }

  [[nodiscard]] std::span<const ChannelIndex> only(ChannelIndex channel) {
    direct.assign(1, channel);
    return direct;
  }

  struct Last {
    NodeIndex from;
    ChannelIndex channel;
  };

  // The only arc into a node. Every path to the node ends with it, so the node needs no tree
  // beside the one of its neighbour. -1 if not the only.
  [[nodiscard]] Last only_arc_into(NodeIndex node) const {
    const auto arcs = out_edges(static_cast<std::uint32_t>(node), reversed);
    if (arcs.first == arcs.second || std::next(arcs.first) != arcs.second) return {-1, no_channel};
    return {static_cast<NodeIndex>(target(*arcs.first, reversed)), reversed[*arcs.first].channel};
  }

  // The best direct channels, if they are sure to be the best paths: any longer path has at least
  // twice the least latency, and more links. Neighbours in rings and grids need no search so.
  [[nodiscard]] std::span<const ChannelIndex> direct_channels(NodeIndex from, NodeIndex to) {
    direct.clear();
    const auto node = static_cast<std::uint32_t>(to);
    if (out_degree(node, reversed) > few_arcs) return direct;
    Picoseconds least = saturating_add(least_latency, least_latency);
    const auto arcs = out_edges(node, reversed);
    for (auto edge = arcs.first; edge != arcs.second; ++edge) {
      const Arc& arc = reversed[*edge];
      if (static_cast<NodeIndex>(target(*edge, reversed)) != from || arc.latency > least) continue;
      if (arc.latency < least) direct.clear();
      least = arc.latency;
      direct.push_back(arc.channel);
    }
    std::ranges::sort(direct);  // channel indices grow with link indices
    return direct;
  }

  [[nodiscard]] Tree grow_tree(NodeIndex destination) const {
    const std::vector<Distance> distance = distances_to(reversed, destination);
    Tree tree;
    tree.least.resize(distance.size(), no_channel);
    std::vector<std::pair<NodeIndex, ChannelIndex>> others;
    for (const auto& [from, to, arc] : core_arcs) {
      if (distance[at(to)] == unreached) continue;
      if (distance[at(from)] != Extend()(distance[at(to)], arc.latency)) continue;
      if (tree.least[at(from)] == no_channel)
        tree.least[at(from)] = arc.channel;
      else
        others.emplace_back(from, arc.channel);
    }
    std::ranges::sort(others);  // by node, and at a node in order of the links
    for (const auto& [node, channel] : others) {
      if (tree.tied.empty() || tree.tied.back().node != node) {
        tree.tied.push_back({node, static_cast<std::uint32_t>(tree.channels.size())});
        tree.channels.push_back(tree.least[at(node)]);
      }
      tree.channels.push_back(channel);
    }
    return tree;
  }

  const Tree& tree_to(NodeIndex destination) {
    Tree& tree = trees[at(destination)];
    if (!tree.least.empty()) return tree;
    if (tree_entries > most_tree_entries) forget_trees();
    tree = grow_tree(destination);
    tree_entries += tree.entries();
    return tree;
  }

  void forget_trees() {
    for (Tree& tree : trees) tree = Tree();
    tree_entries = 0;
  }

  // The first channels of all best paths between two nodes that are no leaves, by their numbers.
  [[nodiscard]] std::span<const ChannelIndex> first_channels(NodeIndex from, NodeIndex to) {
    if (const auto found = direct_channels(from, to); !found.empty()) return found;
    const Last last = only_arc_into(to);
    if (last.channel != no_channel && from == last.from) return only(last.channel);
    return tree_to(last.channel == no_channel ? to : last.from).first_channels(from);
  }

  [[nodiscard]] bool connects(NodeIndex from, NodeIndex to) {
    const Last last = only_arc_into(to);
    if (last.channel != no_channel) {
      if (from == last.from) return true;
      to = last.from;
    }
    return tree_to(to).least[at(from)] != no_channel;
  }
};

ShortestPaths::ShortestPaths(const Topology& topology) : state_(new State(topology)) {}

ShortestPaths::~ShortestPaths() = default;

bool ShortestPaths::connects(NodeIndex from, NodeIndex to) {
  if (from == to) return true;
  for (NodeIndex* end : {&from, &to})
    if (const Leaf& leaf = state_->leaves[at(*end)]; leaf.neighbour >= 0) *end = leaf.neighbour;
  return from == to || state_->connects(state_->cores[at(from)], state_->cores[at(to)]);
}

std::span<const ChannelIndex> ShortestPaths::first_channels(NodeIndex from, NodeIndex to) {
  if (const Leaf& leaf = state_->leaves[at(from)]; leaf.neighbour >= 0)
    return state_->only(leaf.out);
  if (const Leaf& leaf = state_->leaves[at(to)]; leaf.neighbour >= 0) {
    if (leaf.neighbour == from) return state_->only(leaf.in);
    to = leaf.neighbour;
  }
  const auto channels = state_->first_channels(state_->cores[at(from)], state_->cores[at(to)]);
  check(channels.front() != no_channel, "no route from {} to {}", state_->topology->nodes[at(from)],
        state_->topology->nodes[at(to)]);
  return channels;
}

}  // namespace lockstep::topologies
