// A route that is asked for once, without a table of routes where none is needed.
#pragma once

#include "models/cost/network_view.hpp"
#include "topologies/direct_route.hpp"

namespace lockstep::models {

// Returns the route between two ranks; it has no channels if they are on one host. Its channels
// stay where they are as long as `network` and `direct` do, which holds those of a direct route.
[[nodiscard]] topologies::Route route_between(const Setup& setup, NetworkView& network, Rank from,
                                              Rank to, topologies::DirectRoute& direct);

}  // namespace lockstep::models
