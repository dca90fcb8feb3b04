// DiLoCo, distributed low-communication training: every worker takes H steps of AdamW on a model of
// its own; then the mean of all models tells an outer optimizer, SGD with Nesterov's momentum,
// where to go from the common model w:
//
//   g = w - mean;  d <- mu d + g;  w <- w - eta (g + mu d)
//
// AdamW is Adam (optimizers.hpp) on w that shrinks by its learning rate times weight_decay w at
// each step; what it remembers stays with the worker from round to round. Loshchilov and Hutter,
// arXiv:1711.05101.
//
// It is BMUF with Nesterov's momentum around another inner optimizer. Douillard et al.: "DiLoCo:
// distributed low-communication training of language models", arXiv:2311.08105. The outer learning
// rate 0.7, momentum 0.9, 500 inner steps and a weight decay of 0.1 are the usual choice, written
// down from memory.
#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/diloco_rules.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/optimizers.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption inner_steps_option =
    OptionSpec{.name = "inner_steps",
               .type = OptionType::integer,
               .summary = "how many local steps there are between averages; 0: all of the run",
               .fallback = std::int64_t{500},
               .least = 0,
               .most = 1e9};
constexpr NumberOption inner_learning_rate_option =
    OptionSpec{.name = "inner_learning_rate",
               .type = OptionType::number,
               .summary =
                   "AdamW's, in place of the training's: its steps are about as long, "
                   "whatever the gradient (default: Adam's)",
               .fallback = 0.001,
               .least = 0};
constexpr NumberOption outer_learning_rate_option =
    OptionSpec{.name = "outer_learning_rate",
               .type = OptionType::number,
               .summary = "how far the outer step goes towards the mean (default from memory)",
               .fallback = 0.7,
               .least = 0};
constexpr NumberOption outer_momentum_option =
    OptionSpec{.name = "outer_momentum",
               .type = OptionType::number,
               .summary = "how much of an outer step the next one repeats (default from memory)",
               .fallback = 0.9,
               .least = 0,
               .most = 1,
               .below_most = true};
constexpr NumberOption inner_weight_decay_option =
    OptionSpec{.name = "weight_decay",
               .type = OptionType::number,
               .summary =
                   "of AdamW, decoupled weight decay: the part of a parameter, times the learning "
                   "rate, that each inner step removes (default from memory)",
               .fallback = 0.1,
               .least = 0};

constexpr auto options = option_table(
    inner_steps_option, inner_learning_rate_option, outer_learning_rate_option,
    outer_momentum_option, inner_weight_decay_option, beta1_option, beta2_option, epsilon_option,
    allreduce_option, ranks_per_node_option, levels_option, rings_option, tree_chunks_option,
    allreduce_server_options, accumulation_steps_option);

void inner_step(UpdateSite& site) {
  const Options& chosen = site.setup->options;
  const double rate = chosen[inner_learning_rate_option];
  const Optimizer numbers{.beta1 = chosen[beta1_option],
                          .beta2 = chosen[beta2_option],
                          .epsilon = chosen[epsilon_option]};
  step_of_adam(site, numbers, rate, 1 - rate * chosen[inner_weight_decay_option]);
}

// FLOPs a parameter: m 3, v 4, square root, epsilon, quotient, step 1 each, w 1, decay 1; the
// corrections of m and v are in the step's factor. Reads w, g, m, v; writes w, m, v.
constexpr UpdateRule adamw = {
    .name = "inner adamw", .flops = 13, .scalars_touched = 7, .copies = 2, .step = inner_step};

}  // namespace

double outer_momentum(const Setup& setup) { return setup.options[outer_momentum_option]; }
double outer_learning_rate(const Setup& setup) { return setup.options[outer_learning_rate_option]; }

namespace {

Rounds schedule_of(const Setup& setup) {
  Rounds rounds = rounds_of(setup, setup.options[inner_steps_option]);
  rounds.inner = &adamw;
  rounds.outer = rounds.last_outer = &outer_nesterov_rule;
  return rounds;
}

void check(const Setup& setup, Faults& faults) {
  check_allreduce(setup, faults);
  check_betas(setup, faults);
}

}  // namespace

const RegisteredAlgorithm diloco = in_rounds<schedule_of>({
    .kind = "diloco",
    .title = "DiLoCo: local AdamW, outer Nesterov",
    .summary =
        "Each worker takes hundreds of steps of AdamW on a model of its own; then one step of an "
        "outer optimizer moves the common model towards the mean. It sends hundreds of times less "
        "than synchronous training.",
    .approximation =
        "models diverge for up to inner_steps - 1 steps between averages, and the outer momentum "
        "stands for the steps that averaging shortens",
    .when_to_use = "When the workers are far apart: between them, seconds or minutes are cheap.",
    .source = "Douillard et al., arXiv:2311.08105",
    .options = options,
    .check = check,
    .own_rule =
        [](const Setup& /*setup*/) { return std::string_view{"takes its inner steps by AdamW"}; },
    .extra_work = true,
});

}  // namespace lockstep::models
