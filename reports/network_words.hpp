// Ways to sum and topologies in words and examples, for `lockstep explain ring`.
#pragma once

#include <string>

#include "models/parts/collectives/collective.hpp"
#include "reports/style.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::reports {

// Returns what the collective does, its source, its closed form, and what it costs on stars of
// several sizes.
[[nodiscard]] std::string collective_text(const models::Collective& collective, Style style);

// Returns what the topology is, its keys, and, where hosts and a link alone make one, how many
// links it has and how far hosts are apart for several numbers of hosts.
[[nodiscard]] std::string topology_text(const topologies::TopologyKind& kind, Style style);

}  // namespace lockstep::reports
