#include <algorithm>
#include <array>

#include "topologies/builders.hpp"
#include "topologies/dragonfly.hpp"
#include "topologies/grids.hpp"
#include "topologies/machines.hpp"
#include "topologies/trees.hpp"

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
    TopologyKind{"line", "Every host has a full-duplex link to the next one.", TopologyKeys::shape,
                 build_line, line_keys, count_line},
    TopologyKind{"mesh", "Hosts at the points of a grid, each with a link to its neighbours.",
                 TopologyKeys::shape, build_mesh, grid_keys, count_mesh},
    TopologyKind{"torus", "A mesh whose lines are rings, in any number of dimensions.",
                 TopologyKeys::shape, build_torus, grid_keys, count_torus},
    TopologyKind{"hypercube", "Each host has a link to those whose number differs in one bit.",
                 TopologyKeys::shape, build_hypercube, hypercube_keys, count_hypercube},
    TopologyKind{"tree", "Switches in levels, with oversubscribed uplinks if asked for.",
                 TopologyKeys::shape, build_tree, tree_keys, count_tree},
    TopologyKind{
        "fat_tree",
        "Switches in three levels with many equal paths (k), or leaf switches that all have "
        "an uplink to every spine switch.",
        TopologyKeys::shape, build_fat_tree, fat_tree_keys, count_fat_tree},
    TopologyKind{"dragonfly",
                 "Groups of routers that are all joined to each other; each pair of groups has a "
                 "link.",
                 TopologyKeys::shape, build_dragonfly, dragonfly_keys, count_dragonfly},
    TopologyKind{"machine",
                 "Machines of several devices behind switches or a bus, joined through network "
                 "ports.",
                 TopologyKeys::shape, build_machine, machine_keys, count_machine},
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
