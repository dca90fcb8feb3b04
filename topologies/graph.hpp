// A topology as Boost.Graph sees it. Heavy: include it from .cpp files only.
#pragma once

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

// One way to use a channel; a half-duplex channel is two arcs.
struct Arc {
  ChannelIndex channel = 0;
  Picoseconds latency;
};

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Arc,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;

// Calls visit(from, to, arc) for each arc, in the order of the links.
template <class Visit>
void for_each_arc(const Topology& topology, Visit visit) {
  for (std::size_t i = 0; i < topology.channels.size(); ++i) {
    const Channel& channel = topology.channels[i];
    const Link& link = topology.links[static_cast<std::size_t>(channel.link)];
    const Arc arc{static_cast<ChannelIndex>(i), link.latency};
    visit(channel.from, channel.to, arc);
    if (link.duplex == Duplex::half) visit(channel.to, channel.from, arc);
  }
}

// Returns the graph whose edges are the reversed arcs, for searches that start at the destination.
[[nodiscard]] Graph make_reversed_graph(const Topology& topology);

}  // namespace lockstep::topologies
