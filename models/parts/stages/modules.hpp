// Modules of layers whose backward passes run at once, each on the gradient of an earlier
// mini-batch: delayed gradients unlock the backward pass, while the forward pass stays locked.
//
// In every step a new mini-batch goes forward through all modules, one after another. Then all
// modules run their backward passes at once: module m (from 1) of K takes the mini-batch of K-m
// steps ago, for which module m+1 sent a gradient in the step before. Two barriers a step keep the
// phases apart, as the papers' loops do; the messages back have a whole forward pass to arrive. In
// the first steps some modules have no gradient to go back with yet. At the end the run drains, so
// that every module uses every mini-batch: it makes K-1 more steps without a forward pass and
// without barriers. (In the papers training stops with the last forward pass; in a long run it
// makes no difference.)
#pragma once

#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

struct Modules {
  // Whether a module recomputes its activations, with its present parameters, before it goes back.
  // The last module need not, since it goes back with what it has just computed.
  bool replay = false;

  // Returns the number of steps between the forward and the backward pass of a mini-batch; modules
  // count from 0.
  [[nodiscard]] static std::int64_t delay(int modules, int module) { return modules - 1 - module; }
};

[[nodiscard]] Program modules_program(Worker& worker, Modules plan);
// Returns counts, time, memory and staleness.
[[nodiscard]] ClosedForm modules_closed_form(const Setup& setup, Modules plan);
[[nodiscard]] Formula modules_formula(const Setup& setup, Modules plan);

// The option that sets the number of modules.
inline constexpr IntegerOption modules_option = OptionSpec{
    .name = "modules",
    .type = OptionType::integer,
    .summary = "into how many modules the layers are divided; 0: one for each host",
    .fallback = std::int64_t{0},
    .least = 0,
    .most = 1e6,
};
// The depth of the networks that predict gradients in `synthetic_gradients`.
inline constexpr IntegerOption synthesiser_depth_option =
    OptionSpec{.name = "synthesiser_depth",
               .type = OptionType::integer,
               .summary = "how many linear layers a synthesiser has; the paper has 1 to 3",
               .fallback = std::int64_t{1},
               .least = 1,
               .most = 1000};
void check_modules(const Setup& setup, Faults& faults);
[[nodiscard]] int module_workers(const Options& options, int hosts);

// Completes `words` to the record of an algorithm that runs modules, with or without replay.
template <bool replay>
[[nodiscard]] constexpr Algorithm of_modules(Algorithm words) {
  words.samples_of_gradient = all_used_samples;
  words.family = Family::model_parallel;
  words.workers = module_workers;
  words.servers = no_servers;
  words.check = check_modules;
  words.program = [](Worker& worker) { return modules_program(worker, {replay}); };
  words.closed_form = [](const Setup& setup) { return modules_closed_form(setup, {replay}); };
  words.formula = [](const Setup& setup) { return modules_formula(setup, {replay}); };
  words.pipeline = true;
  words.unflushed = true;
  words.recomputes = [](const Setup& setup, Rank module) {
    return replay && Modules::delay(setup.workers, module) > 0;
  };
  words.gradients_by_outputs = replay;
  words.versions = [](const Setup& setup, Rank module) -> std::int64_t {
    return replay ? 0 : Modules::delay(setup.workers, module);
  };
  return words;
}

}  // namespace lockstep::models
