// Hogwild!: threads on the cores of one machine update shared parameters after every sample,
// without locks. A mini-batch of b samples is b steps of one sample.
//
// The paper's gradients are sparse and touch few parameters; those of an MLP touch all, so each
// step moves the whole model to the core twice, and the bus is soon what everybody waits for. Niu,
// Recht, Ré and Wright: "Hogwild!: a lock-free approach to parallelizing stochastic gradient
// descent", NIPS 2011, algorithm 1.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/replicas/shared_steps.hpp"

namespace lockstep::models {

namespace {

SharedSteps steps_of(const Setup& setup) { return {.steps = setup.batch_per_worker, .samples = 1}; }

}  // namespace

const RegisteredAlgorithm hogwild = Algorithm{
    .kind = "hogwild",
    .title = "Hogwild!",
    .summary =
        "The threads of one machine update the same parameters after every sample and take no "
        "locks. Where samples touch few parameters, threads rarely collide; an MLP's touch all, "
        "and the memory's bus sets the pace.",
    .approximation =
        "gradients are stale, about P-1 updates old with P equal threads, and come from parameters "
        "that are read while others change them; a step is one sample",
    .when_to_use = "On one machine, for sparse gradients; for dense ones see hogbatch.",
    .source = "Niu, Recht, Ré and Wright, NIPS 2011, arXiv:1106.5730, algorithm 1",
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
    .extra_work = true,  // an update for every sample
    .shared_memory = true,
    .samples_of_gradient = [](const Setup&) { return 1.0; },
};

}  // namespace lockstep::models
