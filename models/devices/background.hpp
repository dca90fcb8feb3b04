// The traffic of others on the cluster's links: flows between two hosts that share the links with
// the messages of a run, as the sharing rule says.
#pragma once

#include <optional>

#include "topologies/topology.hpp"

namespace lockstep::models {

// Flows that begin at random moments, independently of each other: a Poisson process of
// `bytes_per_s` / `flow_bytes` flows a second.
struct BackgroundTraffic {
  double bytes_per_s = 0;  // mean
  double flow_bytes = 0;   // of each flow
  // The ends of all flows; none: each flow goes from a random host to another.
  std::optional<topologies::HostIndex> from = std::nullopt;
  std::optional<topologies::HostIndex> to = std::nullopt;
};

}  // namespace lockstep::models
