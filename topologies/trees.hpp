// Trees of switches.
//
//   tree       levels from the hosts up: a switch of a level joins `children` nodes of the level
//              below. The two halves below the root are joined by floor(children / 2) links of the
//              top level.
//   fat_tree   with `k` (even): k pods of k/2 edge and k/2 aggregation switches, (k/2)^2 core
//              switches, k^3/4 hosts; full bisection, k^3/8 links (Al-Fares, Loukissas and Vahdat:
//              "A scalable, commodity data center network architecture", SIGCOMM 2008).
//              With `leaves` and `spines`: each of the leaf switches joins `hosts_per_leaf` hosts
//              and has an uplink to each spine; floor(leaves / 2) * spines links join two halves.
#pragma once

#include <array>

#include "topologies/shapes.hpp"

namespace lockstep::topologies {

Result<Topology> build_tree(const TopologySpec& spec);
Result<Topology> build_fat_tree(const TopologySpec& spec);

[[nodiscard]] ShapeCounts count_tree(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_fat_tree(const TopologySpec& spec);

inline constexpr std::array tree_keys = {
    ShapeKey{
        "levels", ShapeValue::levels,
        "The levels of switches, from the hosts up: how many nodes of the level below a switch "
        "joins, and by which link or oversubscription.",
        true},
    ShapeKey{"hosts", ShapeValue::count, "The product of the levels' children, if it is given."}};
inline constexpr std::array fat_tree_keys = {
    ShapeKey{"k", ShapeValue::count,
             "The number of ports of every switch, even, for k pods and k^3/4 hosts; in place of "
             "leaves and spines.",
             false, 2},
    ShapeKey{"leaves", ShapeValue::count,
             "How many leaf switches, each with an uplink to each spine."},
    ShapeKey{"spines", ShapeValue::count, "How many spine switches."},
    ShapeKey{"hosts_per_leaf", ShapeValue::count, "How many hosts a leaf switch has."},
    ShapeKey{"hosts", ShapeValue::count, "The number of hosts, if it is given."},
    ShapeKey{"link", ShapeValue::link, "The link of a host; with k, every link.", true},
    ShapeKey{"uplink", ShapeValue::link,
             "The link between a leaf and a spine; default: by oversubscription."},
    ShapeKey{"oversubscription", ShapeValue::ratio,
             "The bandwidth of a leaf's hosts over that of its uplinks; default 1."}};

}  // namespace lockstep::topologies
