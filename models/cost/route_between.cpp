#include "models/cost/route_between.hpp"

#include <cstddef>

namespace lockstep::models {

topologies::Route route_between(const Setup& setup, NetworkView& network, Rank from, Rank to,
                                topologies::DirectRoute& direct) {
  const topologies::Topology& topology = *setup.cluster.topology;
  const topologies::HostIndex sender = setup.host_of(from);
  const topologies::HostIndex receiver = setup.host_of(to);
  if (sender == receiver || !topologies::has_direct_routes(topology))
    return network.route(from, to);
  direct = topologies::direct_route(topology, topology.hosts[static_cast<std::size_t>(sender)],
                                    topology.hosts[static_cast<std::size_t>(receiver)]);
  return direct.route();
}

}  // namespace lockstep::models
