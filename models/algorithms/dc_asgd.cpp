// Delay-compensated asynchronous SGD: a parameter server keeps for each worker the parameters it
// gave it last, w_bak, and so knows how far they have moved when the worker's gradient g comes. It
// corrects g to first order, with the squares of g in place of the Hessian's diagonal (all products
// by element):
//
//   w <- w - learning_rate (g + lambda g g (w - w_bak));  w_bak <- w
//
// w_bak is the new w as soon as it is there, for the worker gets it in answer; at first it is the
// start. Adaptive: m <- k m + (1 - k) g g, and lambda / sqrt(m + 1e-7) in place of lambda; k is
// `mean_square_decay`.
// Zheng et al.: "Asynchronous stochastic gradient descent with delay compensation", ICML 2017.
#include <cmath>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr BooleanOption adaptive_option =
    OptionSpec{.name = "adaptive",
               .type = OptionType::boolean,
               .summary = "lambda is divided by the root of the gradient's mean square",
               .fallback = false};

std::string idle_mean_square_decay(const Setup& setup) {
  return setup.options[adaptive_option] ? std::string{} : "without adaptive";
}

constexpr NumberOption lambda_option = OptionSpec{
    .name = "lambda",
    .type = OptionType::number,
    .summary =
        "how strongly delays are compensated: 0 is async_sgd; the paper's value for the task is "
        "uncertain; a public implementation uses 2 with adaptive, and 0.04 is reported without",
    .fallback = 0.04,
    .least = 0};

constexpr NumberOption mean_square_decay_option =
    OptionSpec{.name = "mean_square_decay",
               .type = OptionType::number,
               .summary =
                   "with adaptive: how much of the mean square is kept from push to push (a public "
                   "implementation's; the paper's is uncertain)",
               .fallback = 0.95,
               .least = 0,
               .most = 1,
               .idle = idle_mean_square_decay};

constexpr auto options =
    option_table(lambda_option, adaptive_option, mean_square_decay_option, compression_options,
                 server_options, accumulation_steps_option);

// A multiple of g g (w - w_bak) is added to g; `lambda_of(index, g g)` is that multiple.
template <class LambdaOf>
void compensate(UpdateSite& site, const LambdaOf& lambda_of) {
  const auto rate = static_cast<float>(site.learning_rate());
  const std::span<float> backup = site.state(site.source, true);
  for (std::size_t i = 0; i < backup.size(); ++i) {
    const float gradient = site.gradients[i];
    const float square = gradient * gradient;
    const float moved = site.parameters[i] - backup[i];
    site.parameters[i] -= rate * (gradient + lambda_of(i, square) * (square * moved));
    backup[i] = site.parameters[i];
  }
}

void constant_step(UpdateSite& site) {
  const auto lambda = static_cast<float>(site.setup->options[lambda_option]);
  compensate(site, [lambda](std::size_t, float) { return lambda; });
}

void adaptive_step(UpdateSite& site) {
  const auto lambda = static_cast<float>(site.setup->options[lambda_option]);
  const std::span<float> mean = site.state(site.setup->workers);  // after the workers' w_bak
  const double decay = site.setup->options[mean_square_decay_option];
  const auto kept = static_cast<float>(decay);
  const auto added = static_cast<float>(1 - decay);
  compensate(site, [lambda, mean, kept, added](std::size_t i, float square) {
    mean[i] = kept * mean[i] + added * square;
    return lambda / std::sqrt(mean[i] + 1e-7F);
  });
}

// g g, w - w_bak, their product, lambda, the sum, the rate, the step. Reads w, g, w_bak; writes w,
// w_bak. Adaptive besides: m 3 (g g is there already), the sum, the root, the quotient; m is read
// and written.
constexpr UpdateRule constant_rule = {.name = "delay compensated",
                                      .flops = 7,
                                      .scalars_touched = 5,
                                      .copies = 1,
                                      .step = constant_step};

constexpr UpdateRule adaptive_rule = {.name = "delay compensated, adaptive",
                                      .flops = 13,
                                      .scalars_touched = 7,
                                      .copies = 2,
                                      .step = adaptive_step};

Exchanges plan_of(const Setup& setup) {
  Exchanges plan = exchanges_of(setup);
  if (setup.options[lambda_option] == 0) return plan;  // nothing is compensated, nothing kept
  const bool adaptive = setup.options[adaptive_option];
  plan.server_rule = adaptive ? &adaptive_rule : &constant_rule;
  plan.further_server_copies = setup.workers - 1;  // w_bak of the others
  return plan;
}

}  // namespace

const RegisteredAlgorithm dc_asgd = by_plan<plan_of>({
    .kind = "dc_asgd",
    .title = "Delay-compensated asynchronous SGD",
    .summary = "Asynchronous SGD whose server corrects each late gradient by how far the "
               "parameters have moved since the worker got them. It costs memory and computing on "
               "the server, but no extra messages.",
    .approximation = "gradients are about P-1 updates old with P equal workers; what that changes "
                     "is corrected to first order, with a guess of the Hessian",
    .when_to_use = "When asynchronous SGD loses accuracy to staleness, and servers have memory for "
                   "a model of each worker.",
    .source = "Zheng et al., ICML 2017, arXiv:1609.08326",
    .options = options,
    .own_rule =
        [](const Setup& setup) {
          return setup.options[lambda_option] != 0
                     ? std::string_view{"compensates the delay of plain steps"}
                     : std::string_view{};
        },
    .extra_work = true,
});

}  // namespace lockstep::models
