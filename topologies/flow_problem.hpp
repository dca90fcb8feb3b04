// A flow of a topology as `FairSharing` sees it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "topologies/fair_sharing.hpp"
#include "topologies/topology.hpp"

namespace lockstep::topologies {

// Adds a flow over `channels` to the problem; `shares` as in a route. `number_of(channel)` returns
// the number in the problem of a channel that flows share. The unshared channels of the flow limit
// it as one channel of its own would.
template <class NumberOf>
void add_flow(SharingProblem& problem, const Topology& topology,
              std::span<const ChannelIndex> channels, const double* shares, NumberOf number_of) {
  double most_bytes_per_s = std::numeric_limits<double>::infinity();
  for (std::size_t hop = 0; hop < channels.size(); ++hop) {
    const Channel& channel = topology.channels[static_cast<std::size_t>(channels[hop])];
    const double share = shares == nullptr ? 1 : shares[hop];
    if (channel.unshared) {
      most_bytes_per_s = std::min(most_bytes_per_s, channel.bytes_per_s / share);
      continue;
    }
    problem.channels.push_back(number_of(channels[hop]));
    problem.shares.push_back(share);
  }
  if (std::isfinite(most_bytes_per_s)) {
    problem.channels.push_back(static_cast<std::uint32_t>(problem.capacities.size()));
    problem.shares.push_back(1);
    problem.capacities.push_back(most_bytes_per_s);
  }
  problem.first_hop.push_back(static_cast<std::uint32_t>(problem.channels.size()));
}

}  // namespace lockstep::topologies
