// Asynchronous SGD on a parameter server: each worker pushes its gradient when it has one and gets
// the parameters back as they are after its own update; nobody waits for anybody else.
//
// A server takes pushes in order of arrival, one update at a time. The gradient of a push was
// computed from parameters that others have changed since: its staleness. Dean et al.: "Large scale
// distributed deep networks", NIPS 2012 (Downpour with n_push = n_fetch = 1, without Adagrad).
#include "models/algorithm.hpp"
#include "models/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {servers_option, placement_option};

Exchanges plan_of(const Setup& setup) { return exchanges_of(setup); }

}  // namespace

extern const Algorithm async_sgd;
const Algorithm async_sgd = {
    .kind = "async_sgd",
    .title = "Asynchronous SGD",
    .summary =
        "Each worker pushes its gradient to a parameter server when it is ready and goes on "
        "with what the server has by then. Nobody waits for slow workers, but gradients "
        "come from parameters that are already old.",
    .approximation = "gradients are stale: about P-1 updates old with P equal workers",
    .when_to_use = "When workers are unequal or unreliable, and the server's link can take it.",
    .source = "Dean et al., NIPS 2012; Yook, Lee and Yoo, J. Acoust. Soc. Korea 39 (2020)",
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<parameter_servers>,
    .servers = parameter_servers,
    .check = nullptr,
    .program = program_of_plan<plan_of>,
    .closed_form = closed_form_of_plan<plan_of>,
    .formula = formula_of_plan<plan_of>,
    .asynchronous = true,
};

}  // namespace lockstep::models
