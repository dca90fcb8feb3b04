// Hosts in a circle: link i joins host i and the next one. Two hosts share one link, not two.
#include "topologies/builders.hpp"

namespace lockstep::topologies {

Result<Topology> build_ring(const TopologySpec& spec) {
  Faults faults = check_uniform(spec);
  if (!faults.empty()) return faults;

  Topology topology = hosts_without_links(spec);
  const auto hosts = static_cast<NodeIndex>(spec.hosts);
  const NodeIndex links = hosts > 2 ? hosts : hosts - 1;
  for (NodeIndex host = 0; host < links; ++host)
    topology.links.push_back(make_link(spec.link, host, (host + 1) % hosts));
  topology.wiring = hosts > 2 ? Wiring::general : Wiring::fully_connected;
  make_channels(topology);
  return topology;
}

}  // namespace lockstep::topologies
