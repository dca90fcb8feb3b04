// Sharded servers: each of several servers sums its own block of the gradients.
#include "models/collectives/through_servers.hpp"

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
    .program = through_servers::program,
    .serve = through_servers::serve,
    .counts = through_servers::counts,
    .duration = through_servers::duration,
    .formula = through_servers::formula,
};

}  // namespace lockstep::models
