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
#include "models/cost/algorithm.hpp"
#include "models/language/optimizers.hpp"
#include "models/language/update_site.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

void inner_step(UpdateSite& site) {
  const Options& options = site.setup->options;
  const double rate = options.number("inner_learning_rate");
  const Optimizer numbers{.beta1 = options.number("beta1"),
                          .beta2 = options.number("beta2"),
                          .epsilon = options.number("epsilon")};
  step_of_adam(site, numbers, rate, 1 - rate * options.number("weight_decay"));
}

// The parameters are the mean before and w after; w and d are kept.
void outer_step(UpdateSite& site) {
  const auto mu = static_cast<float>(site.setup->options.number("outer_momentum"));
  const auto eta = static_cast<float>(site.setup->options.number("outer_learning_rate"));
  const std::span<float> w = site.state(0, true);
  const std::span<float> d = site.state(1);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const float gradient = w[i] - site.parameters[i];
    d[i] = mu * d[i] + gradient;
    w[i] -= eta * (gradient + mu * d[i]);
    site.parameters[i] = w[i];
  }
}

// FLOPs a parameter: m 3, v 4, square root, epsilon, quotient, step 1 each, w 1, decay 1; the
// corrections of m and v are in the step's factor. Reads w, g, m, v; writes w, m, v.
constexpr UpdateRule adamw = {
    .name = "adamw", .flops = 13, .scalars_touched = 7, .copies = 2, .step = inner_step};
// g 1, d 2, g + mu d 2, w 2. Reads the mean, w and d; writes d, w, and w once more, as the model
// that the next round trains.
constexpr UpdateRule nesterov = {.name = "outer_nesterov",
                                 .flops = 7,
                                 .scalars_touched = 6,
                                 .copies = 2,
                                 .gradients_read = 0,
                                 .step = outer_step};

constexpr std::array options = {
    OptionSpec{.name = "inner_steps",
               .type = OptionType::integer,
               .summary = "how many local steps there are between averages; 0: all of the run",
               .fallback = std::int64_t{500},
               .least = 0,
               .most = 1e9},
    OptionSpec{.name = "inner_learning_rate",
               .type = OptionType::number,
               .summary = "AdamW's, in place of the training's: its steps are about as long, "
                          "whatever the gradient (default: Adam's)",
               .fallback = 0.001,
               .least = 0},
    OptionSpec{.name = "outer_learning_rate",
               .type = OptionType::number,
               .summary = "how far the outer step goes towards the mean (default from memory)",
               .fallback = 0.7,
               .least = 0},
    OptionSpec{.name = "outer_momentum",
               .type = OptionType::number,
               .summary = "how much of an outer step the next one repeats (default from memory)",
               .fallback = 0.9,
               .least = 0,
               .most = 1,
               .below_most = true},
    OptionSpec{.name = "weight_decay",
               .type = OptionType::number,
               .summary = "of AdamW: what part of a parameter, times the learning rate, each inner "
                          "step takes away (default from memory)",
               .fallback = 0.1,
               .least = 0},
    beta1_option,
    beta2_option,
    epsilon_option,
    allreduce_option,
    ranks_per_node_option,
    tree_chunks_option,
    allreduce_servers_option,
    allreduce_placement_option,
};

Rounds rounds_with_rules(const Setup& setup) {
  Rounds rounds = rounds_of(setup, setup.options.integer("inner_steps"));
  rounds.inner = &adamw;
  rounds.outer = &nesterov;
  rounds.last_outer = &nesterov;
  return rounds;
}

Program program(Worker& worker) {
  const Rounds rounds = rounds_with_rules(worker.setup());
  if (worker.is_server()) return serve_rounds(worker, rounds.count, Buffer::parameters);
  return train_in_rounds(worker, rounds);
}

ClosedForm closed_form(const Setup& setup) {
  return rounds_closed_form(setup, rounds_with_rules(setup));
}
Formula formula(const Setup& setup) { return rounds_formula(setup, rounds_with_rules(setup)); }

void check(const Setup& setup, Faults& faults) {
  check_allreduce(setup, faults);
  check_betas(setup, faults);
}

}  // namespace

const RegisteredAlgorithm diloco = Algorithm{
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
    .family = Family::data_parallel,
    .options = options,
    .workers = data_parallel_workers<allreduce_servers>,
    .servers = allreduce_servers,
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .own_rule =
        [](const Setup& /*setup*/) { return std::string_view{"takes its inner steps by AdamW"}; },
    .extra_work = true,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
