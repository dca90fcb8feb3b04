// The builders behind the registry, and what they share. Each builder returns the topology, or
// every fault of its spec.
#pragma once

#include <string>

#include "topologies/topology_spec.hpp"

namespace lockstep::topologies {

Result<Topology> build_star(const TopologySpec& spec);
Result<Topology> build_ring(const TopologySpec& spec);
Result<Topology> build_fully_connected(const TopologySpec& spec);
Result<Topology> build_shared_memory(const TopologySpec& spec);
Result<Topology> build_custom(const TopologySpec& spec);

// Returns what is wrong with the number of hosts and the link of a uniform topology.
[[nodiscard]] Faults check_uniform(const TopologySpec& spec);

// Adds what is wrong with the bandwidth and latency of the link at `pointer`.
void check_link(const LinkSpec& link, const std::string& pointer, Faults& faults);

// Returns a topology with nodes "host0", "host1", ..., all of them hosts, and no links yet.
[[nodiscard]] Topology hosts_without_links(const TopologySpec& spec);

[[nodiscard]] Link make_link(const LinkSpec& spec, NodeIndex from, NodeIndex to);

}  // namespace lockstep::topologies
