// Star: one server sums the gradients of all workers, and its link carries all of them.
#include "models/parts/collectives/through_servers.hpp"

namespace lockstep::models {

extern const Collective star;
const Collective star = {
    .kind = "star",
    .title = "Star (one server)",
    .summary =
        "All workers push to one server and get the sum back: simple, and its link carries "
        "everything.",
    .source = "Yook, Lee and Yoo, J. Acoust. Soc. Korea 39 (2020)",
    .through_servers = true,
    .group_program = through_servers::program,
    .serve = through_servers::serve,
    .group_counts = through_servers::counts,
    .group_duration = through_servers::duration,
    .group_formula = through_servers::formula,
};

}  // namespace lockstep::models
