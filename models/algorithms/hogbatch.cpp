// HogBatch: Hogwild! with mini-batches. A thread computes the gradient of a whole mini-batch by
// matrix products in its own cache, then updates the shared parameters once, without a lock: the
// model crosses the bus twice for b samples, not for each. Sallinen et al.: "High performance
// parallel stochastic gradient descent in shared memory", IPDPS 2016.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/shared_steps.hpp"

namespace lockstep::models {

namespace {

SharedSteps steps_of(const Setup& setup) { return {.steps = 1, .samples = setup.batch_per_worker}; }

}  // namespace

const RegisteredAlgorithm hogbatch = Algorithm{
    .kind = "hogbatch",
    .title = "HogBatch",
    .summary =
        "The threads of one machine update the same parameters without locks, as in Hogwild!, but "
        "once for each mini-batch. The larger it is, the less the bus matters.",
    .approximation =
        "gradients are stale, about P-1 updates old with P equal threads, and come from parameters "
        "that are read while others change them",
    .when_to_use = "On the cores of one machine, for models with dense gradients.",
    .source = "Sallinen et al., IPDPS 2016",
    .family = Family::data_parallel,
    .options = {},
    .workers = all_hosts,
    .servers = no_servers,
    .check = nullptr,
    .program = shared_steps_program<steps_of>,
    .closed_form = shared_steps_closed_form<steps_of>,
    .formula = shared_steps_formula<steps_of>,
    .own_rule =
        [](const Setup& /*setup*/) {
          return std::string_view{"changes a shared memory by plain steps, without locks"};
        },
    .asynchronous = true,
    .shared_memory = true,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
