#include <algorithm>
#include <array>

#include "topologies/builders.hpp"

namespace lockstep::topologies {
namespace {

constexpr std::array kinds{
    TopologyKind{"star", "Every host has one full-duplex link to one switch.",
                 TopologyKeys::hosts_and_link, build_star},
    TopologyKind{"ring",
                 "Every host has a full-duplex link to the next one, the last to the first.",
                 TopologyKeys::hosts_and_link, build_ring},
    TopologyKind{"fully_connected", "Every pair of hosts has a full-duplex link of its own.",
                 TopologyKeys::hosts_and_link, build_fully_connected},
    TopologyKind{
        "shared_memory",
        "Hosts are cores; all share one memory and the one half-duplex bus to it: the link.",
        TopologyKeys::hosts_and_link, build_shared_memory},
    TopologyKind{"custom", "Nodes, links and routes as the scenario or a graph file lists them.",
                 TopologyKeys::graph, build_custom},
};

}  // namespace

std::span<const TopologyKind> topology_kinds() { return kinds; }

const TopologyKind* find_topology_kind(std::string_view kind) {
  const auto found = std::ranges::find(kinds, kind, &TopologyKind::kind);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace lockstep::topologies
