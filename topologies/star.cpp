// Hosts around one switch: link i joins host i and the switch.
#include "topologies/builders.hpp"

namespace lockstep::topologies {

Result<Topology> build_star(const TopologySpec& spec) {
  Faults faults = check_uniform(spec);
  if (!faults.empty()) return faults;

  Topology topology = hosts_without_links(spec);
  const auto switch_node = static_cast<NodeIndex>(topology.nodes.size());
  topology.nodes.emplace_back("switch");
  Link link = make_link(spec.link, 0, switch_node);
  topology.links.reserve(topology.hosts.size());
  for (link.from = 0; link.from < switch_node; ++link.from) topology.links.push_back(link);
  topology.wiring = Wiring::star;
  make_channels(topology);
  return topology;
}

}  // namespace lockstep::topologies
