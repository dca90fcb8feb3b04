// Best paths on any graph, by Dijkstra's algorithm from the destination.
//
// The best paths have the least latency and, of these, the fewest links. Latency and hops together
// form a distance that grows with every link, so the arcs on which it falls by exactly the arc's
// own length are those of the best paths. All best paths have equally many links; hence taking the
// least link index at each node gives the lexicographically least sequence of link indices.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

class ShortestPaths {
 public:
  explicit ShortestPaths(const Topology& topology);
  ~ShortestPaths();
  ShortestPaths(const ShortestPaths&) = delete;
  ShortestPaths& operator=(const ShortestPaths&) = delete;

  [[nodiscard]] bool connects(NodeIndex from, NodeIndex to);

  // Returns the first channels of all best paths from one node to another, in order of their links;
  // the two must differ and be connected. Valid until the next call.
  [[nodiscard]] std::span<const ChannelIndex> first_channels(NodeIndex from, NodeIndex to);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lockstep::topologies
