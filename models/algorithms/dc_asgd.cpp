// Delay-compensated asynchronous SGD: a parameter server keeps for each worker the parameters it
// gave it last, w_bak, and so knows how far they have moved when the worker's gradient g comes. It
// corrects g to first order, with the squares of g in place of the Hessian's diagonal (all products
// by element):
//
//   w <- w - learning_rate (g + lambda g g (w - w_bak));  w_bak <- w
//
// Adaptive: m <- 0.95 m + 0.05 g g, and lambda / sqrt(m + 1e-7) in place of lambda.
// Zheng et al.: "Asynchronous stochastic gradient descent with delay compensation", ICML 2017.
#include "models/algorithm.hpp"
#include "models/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

// g g, w - w_bak, their product, lambda, the sum, the rate, the step. Reads w, g, w_bak; writes w,
// w_bak. Adaptive besides: m 3 (g g is there already), the sum, the root, the quotient; m is read
// and written.
constexpr UpdateRule constant_rule = {
    .name = "delay compensated", .flops = 7, .scalars_touched = 5};
constexpr UpdateRule adaptive_rule = {
    .name = "delay compensated, adaptive", .flops = 13, .scalars_touched = 7};

constexpr std::array options = {
    OptionSpec{.name = "lambda",
               .type = OptionType::number,
               .summary = "how strongly delays are compensated: 0 is async_sgd; the paper's value "
                          "for the task is not known for sure, a public implementation has 2 with "
                          "adaptive, 0.04 is told of without",
               .fallback = 0.04,
               .least = 0},
    OptionSpec{.name = "adaptive",
               .type = OptionType::boolean,
               .summary = "lambda is divided by the root of the gradient's mean square",
               .fallback = false},
    compression_option,
    error_feedback_option,
    top_k_fraction_option,
    rank_option,
    servers_option,
    placement_option,
};

Exchanges plan_of(const Setup& setup) {
  Exchanges plan = exchanges_of(setup);
  if (setup.options.number("lambda") == 0) return plan;  // nothing is compensated, nothing kept
  const bool adaptive = setup.options.boolean("adaptive");
  plan.server_rule = adaptive ? &adaptive_rule : &constant_rule;
  plan.server_copies = setup.workers + (adaptive ? 1 : 0);  // w_bak of each, and m
  return plan;
}

}  // namespace

extern const Algorithm dc_asgd;
const Algorithm dc_asgd = by_plan<plan_of>({
    .kind = "dc_asgd",
    .title = "Delay-compensated asynchronous SGD",
    .summary =
        "Asynchronous SGD whose server corrects each late gradient by how far the parameters have "
        "moved since the worker got them. It costs memory and computing on the server, and no "
        "message more.",
    .approximation = "gradients are about P-1 updates old with P equal workers; what that changes "
                     "is corrected to first order, with a guess of the Hessian",
    .when_to_use = "When asynchronous SGD loses accuracy to staleness, and servers have memory for "
                   "a model of each worker.",
    .source = "Zheng et al., ICML 2017, arXiv:1609.08326",
    .options = options,
    .extra_work = true,
});

}  // namespace lockstep::models
