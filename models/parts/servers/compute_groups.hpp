// Compute groups: workers that are synchronous among themselves and push to the servers as one.
//
// The first worker of a group sums the gradients of all, pushes their mean, and passes on the
// parameters that it gets. Hadjis et al.: "Omnivore", arXiv:1606.04487.
#pragma once

#include "models/language/group.hpp"
#include "models/language/program.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

// Returns the group that `rank` belongs to.
[[nodiscard]] Group group_of(const Setup& setup, const Exchanges& plan, Rank rank);

// Runs the exchange of a worker that is not the first of its group: it hands in its gradients,
// encoded as pushes are, and gets the parameters.
[[nodiscard]] Program exchange_in_group(Worker& worker, Exchanges plan, Group group);

// Runs the exchange of the first worker of a group. `versions` are those of the servers' blocks
// that it has read, and are brought up to date.
[[nodiscard]] Program exchange_for_group(Worker& worker, Exchanges plan, Group group,
                                         std::int64_t* versions);

}  // namespace lockstep::models
