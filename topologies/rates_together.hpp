// The rates of messages that flow at the same time, with nothing beside them.
#pragma once

#include <span>
#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

struct RatesTogether {
  std::vector<double> bytes_per_s;  // by message
  bool meet = false;                // some of them share a channel, so that one limits another
};

// Returns what the sharing rule gives one message on each of these routes: under max_min the rates
// of `FairSharing`, otherwise what each has alone. The routes are of `topology` and not empty.
[[nodiscard]] RatesTogether rates_together(const Topology& topology, Sharing sharing,
                                           std::span<const Route> routes);

}  // namespace lockstep::topologies
