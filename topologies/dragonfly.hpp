// Dragonfly: the routers of a group are all joined to each other, and each pair of groups has a
// link.
//
// Kim, Dally, Scott and Abts: "Technology-driven, highly-scalable dragonfly topology", ISCA 2008.
// Each of `groups` groups has `routers` routers (a in the paper), each with `hosts_per_router`
// hosts (p) and up to `global_links` links to other groups (h). Each pair of groups has one link,
// so there can be at most a h + 1 groups. Group i's link to group j is at its router number
// floor(((j - i - 1) mod groups) / h). A cut between two halves of the groups severs
// floor(groups / 2) * ceil(groups / 2) links; in a single group, a cut between two halves of the
// routers severs floor(routers / 2) * ceil(routers / 2).
#pragma once

#include <array>

#include "topologies/shapes.hpp"

namespace lockstep::topologies {

Result<Topology> build_dragonfly(const TopologySpec& spec);
[[nodiscard]] ShapeCounts count_dragonfly(const TopologySpec& spec);

inline constexpr std::array dragonfly_keys = {
    ShapeKey{"groups", ShapeValue::count, "How many groups.", true},
    ShapeKey{"routers", ShapeValue::count, "How many routers a group has.", true},
    ShapeKey{"hosts_per_router", ShapeValue::count, "How many hosts a router has.", true},
    ShapeKey{"global_links", ShapeValue::count,
             "How many links to other groups a router can have; default: as many as are needed."},
    ShapeKey{"hosts", ShapeValue::count, "The number of hosts, if it is given."},
    ShapeKey{"link", ShapeValue::link, "The link of a host.", true},
    ShapeKey{"local_link", ShapeValue::link, "The link between routers of a group; default: link."},
    ShapeKey{"global_link", ShapeValue::link, "The link between groups; default: link."}};

}  // namespace lockstep::topologies
