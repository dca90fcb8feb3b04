// Best paths on any graph, by Dijkstra's algorithm from the destination.
//
// Paths are ordered by least latency, then fewest links, then the lexicographically least sequence
// of link indices from the source. Latency and hops together form a distance that grows with every
// link, so the arcs on which it falls by exactly the arc's own length are those of the best paths.
// All of these have equally many links; hence taking the least link index at each node gives the
// least sequence.
#pragma once

#include <memory>
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

  // Appends the channels of the best path; `from` and `to` must differ and be connected.
  void append_path(NodeIndex from, NodeIndex to, std::vector<ChannelIndex>& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lockstep::topologies
