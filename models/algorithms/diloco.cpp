// DiLoCo, distributed low-communication training: every worker takes H steps of AdamW on a model of
// its own; then the mean of all models tells an outer optimizer, SGD with Nesterov's momentum,
// where to go from the common model w:
//
//   g = w - mean;  d <- mu d + g;  w <- w - eta (g + mu d)
//
// It is BMUF with Nesterov's momentum around another inner optimizer. Douillard et al.: "DiLoCo:
// distributed low-communication training of language models", arXiv:2311.08105. The outer learning
// rate 0.7, momentum 0.9 and 500 inner steps are the usual choice, written down from memory.
#include "models/algorithm.hpp"
#include "models/collectives/allreduce.hpp"
#include "models/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

// FLOPs a parameter: m 3, v 4, square root, epsilon, quotient, step 1 each, w 1, decay 1; the
// corrections of m and v are in the step's factor. Reads w, g, m, v; writes w, m, v.
constexpr UpdateRule adamw = {.name = "adamw", .flops = 13, .scalars_touched = 7};
// g 1, d 2, g + mu d 2, w 2. Reads the mean, w and d; writes d, w, and w once more, as the model
// that the next round trains.
constexpr UpdateRule nesterov = {.name = "outer_nesterov", .flops = 7, .scalars_touched = 6};

constexpr std::array options = {
    OptionSpec{.name = "inner_steps",
               .type = OptionType::integer,
               .summary = "how many local steps there are between averages; 0: all of the run",
               .fallback = std::int64_t{500},
               .least = 0,
               .most = 1e9},
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
  ClosedForm form = rounds_closed_form(setup, rounds_with_rules(setup));
  form.memory.versions = 4 * form.memory.parameters;  // w and d; AdamW's m and v
  return form;
}
Formula formula(const Setup& setup) { return rounds_formula(setup, rounds_with_rules(setup)); }

}  // namespace

extern const Algorithm diloco;
const Algorithm diloco = {
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
    .check = check_allreduce,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .extra_work = true,
    .samples_of_gradient = mini_batch_of_a_worker,
};

}  // namespace lockstep::models
