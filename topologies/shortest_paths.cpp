#include "topologies/shortest_paths.hpp"

#include <algorithm>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <functional>
#include <limits>

#include "sim/base/check.hpp"
#include "topologies/graph.hpp"

namespace lockstep::topologies {
namespace {

constexpr ChannelIndex no_channel = -1;

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

// For each node, the channel to take towards one destination; `no_channel` where there is no way.
using Tree = std::vector<ChannelIndex>;

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

Picoseconds least_latency(const Topology& topology) {
  Picoseconds least = longest_run;
  for (const Link& link : topology.links) least = std::min(least, link.latency);
  return least;
}

}  // namespace

struct ShortestPaths::State {
  const Topology* topology;
  Graph reversed;
  Picoseconds least_latency;
  std::vector<Tree> trees;  // by destination; empty until needed
  std::size_t tree_entries = 0;

  struct Last {
    NodeIndex from;
    ChannelIndex channel;
  };

  // The only arc into a node. Every path to the node ends with it, so the node needs no tree
  // beside the one of its neighbour: the hosts of a rack share their switch's. -1 if not the only.
  [[nodiscard]] Last only_arc_into(NodeIndex node) const {
    const auto arcs = out_edges(static_cast<std::uint32_t>(node), reversed);
    if (arcs.first == arcs.second || std::next(arcs.first) != arcs.second) return {-1, no_channel};
    return {static_cast<NodeIndex>(target(*arcs.first, reversed)), reversed[*arcs.first].channel};
  }

  // The best direct channel, if it is sure to be the best path: any longer path has at least
  // twice the least latency, and more links. Neighbours in rings and grids need no search so.
  [[nodiscard]] ChannelIndex direct_channel(NodeIndex from, NodeIndex to) const {
    const auto node = static_cast<std::uint32_t>(to);
    if (out_degree(node, reversed) > few_arcs) return no_channel;
    Arc best{no_channel, saturating_add(least_latency, least_latency)};
    const auto arcs = out_edges(node, reversed);
    for (auto edge = arcs.first; edge != arcs.second; ++edge)
      if (static_cast<NodeIndex>(target(*edge, reversed)) == from) improve(best, reversed[*edge]);
    return best.channel;
  }

  static void improve(Arc& best, const Arc& arc) {
    const bool first = best.channel == no_channel && arc.latency <= best.latency;
    // Channel indices grow with link indices.
    const bool better =
        arc.latency < best.latency || (arc.latency == best.latency && arc.channel < best.channel);
    if (first || better) best = arc;
  }

  [[nodiscard]] Tree grow_tree(NodeIndex destination) const {
    const std::vector<Distance> distance = distances_to(reversed, destination);
    Tree tree(distance.size(), no_channel);
    for_each_arc(*topology, [&](NodeIndex from, NodeIndex to, const Arc& arc) {
      if (tree[at(from)] != no_channel || distance[at(to)] == unreached) return;
      if (distance[at(from)] == Extend()(distance[at(to)], arc.latency))
        tree[at(from)] = arc.channel;
    });
    return tree;
  }

  const Tree& tree_to(NodeIndex destination) {
    Tree& tree = trees[at(destination)];
    if (!tree.empty()) return tree;
    if (tree_entries + topology->nodes.size() > most_tree_entries) forget_trees();
    tree_entries += topology->nodes.size();
    return tree = grow_tree(destination);
  }

  void forget_trees() {
    for (Tree& tree : trees) tree = Tree();
    tree_entries = 0;
  }

  [[nodiscard]] NodeIndex other_end(ChannelIndex channel, NodeIndex node) const {
    const Channel& ends = topology->channels[at(channel)];
    return ends.from == node ? ends.to : ends.from;
  }

  void climb(NodeIndex from, NodeIndex to, std::vector<ChannelIndex>& path) {
    const Tree& tree = tree_to(to);
    for (NodeIndex node = from; node != to; node = other_end(path.back(), node)) {
      check(tree[at(node)] != no_channel, "no route from {} to {}", topology->nodes[at(from)],
            topology->nodes[at(to)]);
      path.push_back(tree[at(node)]);
    }
  }
};

ShortestPaths::ShortestPaths(const Topology& topology)
    : state_(new State{&topology, make_reversed_graph(topology), least_latency(topology),
                       std::vector<Tree>(topology.nodes.size())}) {}

ShortestPaths::~ShortestPaths() = default;

bool ShortestPaths::connects(NodeIndex from, NodeIndex to) {
  if (from == to) return true;
  const auto last = state_->only_arc_into(to);
  if (last.channel != no_channel) {
    if (from == last.from) return true;
    to = last.from;
  }
  return state_->tree_to(to)[at(from)] != no_channel;
}

void ShortestPaths::append_path(NodeIndex from, NodeIndex to, std::vector<ChannelIndex>& path) {
  const ChannelIndex direct = state_->direct_channel(from, to);
  if (direct != no_channel) return path.push_back(direct);
  const auto last = state_->only_arc_into(to);
  if (last.channel == no_channel) return state_->climb(from, to, path);
  if (from != last.from) state_->climb(from, last.from, path);
  path.push_back(last.channel);
}

}  // namespace lockstep::topologies
