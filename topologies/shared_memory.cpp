// Cores and one memory: a single half-duplex link, the bus, that whatever goes from anywhere to
// anywhere crosses once. A core's message to another core goes from cache to cache over it.
#include "topologies/builders.hpp"

namespace lockstep::topologies {

Result<Topology> build_shared_memory(const TopologySpec& spec) {
  Faults faults = check_uniform(spec);
  if (!faults.empty()) return faults;

  Topology topology = hosts_without_links(spec);
  const auto bus = static_cast<NodeIndex>(topology.nodes.size());
  const NodeIndex memory = bus + 1;
  topology.nodes.emplace_back("bus");
  topology.nodes.emplace_back("memory");
  topology.links.push_back(make_link(spec.link, bus, memory));
  topology.links.front().duplex = Duplex::half;
  topology.wiring = Wiring::bus;
  topology.memory = memory;
  make_channels(topology);
  return topology;
}

}  // namespace lockstep::topologies
