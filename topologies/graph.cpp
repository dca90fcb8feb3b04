#include "topologies/graph.hpp"

namespace lockstep::topologies {

Graph make_reversed_graph(const Topology& topology) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  std::vector<Arc> arcs;
  edges.reserve(topology.channels.size());
  arcs.reserve(topology.channels.size());
  for_each_arc(topology, [&](NodeIndex from, NodeIndex to, const Arc& arc) {
    edges.emplace_back(to, from);
    arcs.push_back(arc);
  });
  return {boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(), arcs.begin(),
          static_cast<std::uint32_t>(topology.nodes.size())};
}

}  // namespace lockstep::topologies
