// Which host each rank runs on. Orders are of hosts: rank r runs on the host at place r.
#pragma once

#include <vector>

#include "topologies/topology.hpp"

namespace lockstep::topologies {

// Returns the groups of hosts that are close to each other, those of a node or rack: hosts whose
// fastest link to a switch goes to the same one. A host without a switch is alone. Groups, and the
// hosts in each, are in the order of hosts.
[[nodiscard]] std::vector<std::vector<HostIndex>> close_hosts(const Topology& topology);

// Return the order that goes through one group of close hosts after another, and the one that deals
// ranks to all groups in turn: "block" and "cyclic", as Slurm calls them.
[[nodiscard]] std::vector<HostIndex> block_order(const Topology& topology);
[[nodiscard]] std::vector<HostIndex> cyclic_order(const Topology& topology);

// Returns the topology with its hosts in another order, a permutation of all of them.
[[nodiscard]] Topology in_order(Topology topology, const std::vector<HostIndex>& order);

}  // namespace lockstep::topologies
