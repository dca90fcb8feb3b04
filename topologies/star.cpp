// Hosts around one switch: link i joins host i and the switch.
#include "topologies/builders.hpp"

namespace lockstep::topologies {

Result<Topology> build_star(const TopologySpec& spec) {
  Faults faults = check_uniform(spec);
  if (!faults.empty()) return faults;

  Topology topology = hosts_without_links(spec);
  const auto switch_node = static_cast<NodeIndex>(topology.nodes.size());
  topology.nodes.emplace_back("switch");
  for (const NodeIndex host : topology.hosts)
    topology.links.push_back(make_link(spec.link, host, switch_node));
  topology.wiring = Wiring::star;
  make_channels(topology);
  return topology;
}

}  // namespace lockstep::topologies
