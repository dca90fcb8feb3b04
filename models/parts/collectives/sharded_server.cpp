// Sharded servers: each of several servers sums its own block of the gradients.
#include "models/parts/collectives/through_servers.hpp"

namespace lockstep::models {

extern const Collective sharded_server;
const Collective sharded_server = {
    .kind = "sharded_server",
    .title = "Sharded servers",
    .summary =
        "Each server owns a block of the parameters: with as many as workers, and beside "
        "them, the ring's bytes in two hops.",
    .source = "Li et al., OSDI 2014",
    .through_servers = true,
    .group_program = through_servers::program,
    .serve = through_servers::serve,
    .group_counts = through_servers::counts,
    .group_duration = through_servers::duration,
    .group_formula = through_servers::formula,
};

}  // namespace lockstep::models
