// SlowMo, slow momentum: local SGD whose steps from mean to mean have a momentum. After a round of
// local steps at learning rate gamma from the common model x, with m the mean of all models:
//
//   u <- beta u + (x - m) / gamma;  x <- x - alpha gamma u
//
// beta is the slow momentum, alpha the slow learning rate. (x - m) / gamma is the sum of a round's
// mean gradients, so u counts in gradients whatever gamma is; gamma is that of the training. It is
// BMUF's classical momentum written otherwise: where gamma does not change, d = -alpha gamma u has
// eta = beta and zeta = alpha. The paper's base optimizer is that of the training; what it
// remembers stays with the worker from round to round ("maintain").
//
// Wang, Tantia, Ballas and Rabbat: "SlowMo: Improving communication-efficient distributed SGD with
// slow momentum", ICLR 2020, arXiv:1910.00643, algorithm 1. The period of 12 is the paper's for
// images, written down from memory.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption sync_period_option =
    OptionSpec{.name = "sync_period",
               .type = OptionType::integer,
               .summary =
                   "after how many local steps models are averaged and a slow step is "
                   "taken; 0 or \"end\": once, at the end (default from memory)",
               .fallback = std::int64_t{12},
               .least = 0,
               .most = 1e9,
               .zero_name = "end"};
constexpr NumberOption slow_momentum_option =
    OptionSpec{.name = "slow_momentum",
               .type = OptionType::number,
               .summary = "how much of a slow step the next one repeats",
               .fallback = 0.7,
               .least = 0,
               .most = 1,
               .below_most = true};
constexpr NumberOption slow_learning_rate_option =
    OptionSpec{.name = "slow_learning_rate",
               .type = OptionType::number,
               .summary = "how far a slow step goes towards the mean",
               .fallback = 1.0,
               .least = 0};

constexpr auto options =
    option_table(sync_period_option, slow_momentum_option, slow_learning_rate_option,
                 allreduce_options, accumulation_steps_option);

// The parameters are m before the step and x after it; x and u are kept from round to round.
void slow_step(UpdateSite& site) {
  const Options& chosen = site.setup->options;
  const auto beta = static_cast<float>(chosen[slow_momentum_option]);
  const auto gamma = static_cast<float>(site.learning_rate());
  const float rate = static_cast<float>(chosen[slow_learning_rate_option]) * gamma;
  const std::span<float> x = site.state(0, true);
  const std::span<float> u = site.state(1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    u[i] = beta * u[i] + (x[i] - site.parameters[i]) / gamma;
    x[i] -= rate * u[i];
    site.parameters[i] = x[i];
  }
}

// FLOPs a parameter: x - m 1, quotient 1, u 2, x 2. Reads m, x and u; writes u, x, and x once more,
// as the model that the next round trains.
constexpr UpdateRule slow_momentum_rule = {.name = "slow_momentum",
                                           .flops = 6,
                                           .scalars_touched = 6,
                                           .copies = 2,
                                           .gradients_read = 0,
                                           .step = slow_step};

Rounds schedule_of(const Setup& setup) {
  Rounds rounds = rounds_of(setup, setup.options[sync_period_option]);
  // Without momentum and at full step a round ends with the mean: there is nothing to compute.
  const bool takes_the_mean =
      setup.options[slow_momentum_option] == 0 && setup.options[slow_learning_rate_option] == 1;
  if (!takes_the_mean) rounds.outer = rounds.last_outer = &slow_momentum_rule;
  return rounds;
}

}  // namespace

const RegisteredAlgorithm slowmo = in_rounds<schedule_of>({
    .kind = "slowmo",
    .title = "SlowMo: local SGD with slow momentum",
    .summary =
        "Model averaging with a memory: after each round of local steps a slow step with momentum "
        "goes from the common model towards the mean. It sends what model averaging sends and "
        "keeps two more copies of the model.",
    .approximation =
        "models diverge for up to sync_period - 1 steps between averages, and momentum over whole "
        "rounds stands for the steps that averaging shortens",
    .when_to_use = "Instead of model averaging when long periods cost accuracy.",
    .source = "Wang, Tantia, Ballas and Rabbat, ICLR 2020, arXiv:1910.00643, algorithm 1",
    .options = options,
    .extra_work = true,
});

}  // namespace lockstep::models
