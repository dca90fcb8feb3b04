#include "models/cost/route_between.hpp"

#include <cstddef>

namespace lockstep::models {

topologies::Route route_between(const Setup& setup, NetworkView& network, Rank from, Rank to,
                                topologies::DirectRoute& direct) {
  const topologies::Topology& topology = *setup.cluster.topology;
  if (!topologies::has_direct_routes(topology)) return network.route(from, to);
  const auto node = [&](Rank rank) {
    return topology.hosts[static_cast<std::size_t>(setup.host_of(rank))];
  };
  direct = topologies::direct_route(topology, node(from), node(to));
  return direct.route();
}

}  // namespace lockstep::models
