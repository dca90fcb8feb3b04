// Allreduce through servers: every worker pushes its gradients, in blocks, to the servers that own
// them; each server folds what arrives and posts the sum back to all. `star` has one server,
// `sharded_server` several (Li et al.: "Scaling distributed machine learning with the parameter
// server", OSDI 2014).
#pragma once

#include "models/parts/collectives/collective.hpp"

namespace lockstep::models::through_servers {

[[nodiscard]] Program program(Worker& worker, Group group, Payload payload, Tag tag);
[[nodiscard]] Program serve(Worker& server, Payload payload, Tag tag);
[[nodiscard]] CollectiveCounts counts(const Setup& setup, Group group, Scalars vector);
[[nodiscard]] ClaimedTime duration(const Setup& setup, NetworkView& network, Group group,
                                   Scalars vector);
[[nodiscard]] Formula formula(const Setup& setup, NetworkView& network, Group group,
                              Scalars vector);

}  // namespace lockstep::models::through_servers
