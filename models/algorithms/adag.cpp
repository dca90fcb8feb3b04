// ADAG, asynchronous distributed adaptive gradients by accumulated gradient normalisation: a worker
// takes some steps on parameters of its own, then pushes the sum of their gradients divided by
// their number, and goes on with what the server has then. So a push is no longer than one step,
// however many it stands for:
//
//   w <- w - learning_rate (g_1 + ... + g_k) / k
//
// The division goes into the server's learning rate and is not counted, as in `sync_sgd`. The last
// push may be of fewer steps, and is divided by these. Hermans, Spanakis and Moeckel: "Accumulated
// gradient normalization", ACML 2017.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/servers/parameter_server.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption sync_period_option =
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary =
                   "after how many steps a worker pushes their mean gradient and fetches "
                   "(the paper's lambda)",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1e6};

constexpr auto options = option_table(sync_period_option, compression_options, server_options,
                                      accumulation_steps_option);

Exchanges plan_of(const Setup& setup) {
  const std::int64_t period = setup.options[sync_period_option];
  Exchanges plan = exchanges_of(setup, period, period);
  plan.mean_of_push = true;
  return plan;
}

}  // namespace

const RegisteredAlgorithm adag = by_plan<plan_of>({
    .kind = "adag",
    .title = "Accumulated gradient normalisation",
    .summary =
        "Each worker explores with steps of its own, and gives a parameter server the mean of "
        "their gradients, not the sum. So many workers and long rounds do not make the server's "
        "steps too large.",
    .approximation = "gradients are stale: about P-1 updates old with P equal workers, each of "
                     "them the mean of sync_period steps",
    .when_to_use = "In place of Downpour SGD when long rounds make it diverge.",
    .source = "Hermans, Spanakis and Moeckel, Accumulated gradient normalization, ACML 2017",
    .options = options,
});

}  // namespace lockstep::models
