// Pipelined back-propagation: mini-batches follow each other through the stages without a flush,
// and every stage updates its parameters after each of its backward passes.
//
// A stage keeps one version of its parameters: those that a mini-batch meets going back are not
// those that it met going forward. With the schedule `1f1b`, stage s (from 0) of K makes K-1-s
// updates of its own in between and keeps the activations of K-s mini-batches; with `cycles`, in
// which every stage takes one mini-batch forward and another back in each cycle as in the papers,
// 2(K-1-s) and 2(K-1-s)+1. These numbers of own updates are the staleness reported. Petrowski,
// Dreyfus and Girault: "Performance analysis of a pipelined backpropagation parallel algorithm",
// IEEE Trans. Neural Networks 4 (1993); Chen et al.: "Pipelined back-propagation for
// context-dependent deep neural networks", Interspeech 2012.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/whole_batches.hpp"

namespace lockstep::models {

namespace {

constexpr std::array<std::string_view, 2> schedules = {"1f1b", "cycles"};

constexpr TextOption schedule_option =
    OptionSpec{.name = "schedule",
               .type = OptionType::choice,
               .summary =
                   "1f1b: as few mini-batches under way as keep all stages busy; cycles: "
                   "about twice as many, so that messages have a cycle to arrive",
               .fallback = std::string_view{"1f1b"},
               .choices = schedules};

constexpr auto options = option_table(stages_option, schedule_option);

WholeBatches plan_of(const Setup& setup) {
  return {.depth = setup.options[schedule_option] == "cycles" ? 2 : 1};
}

}  // namespace

const RegisteredAlgorithm pipelined_backprop = of_whole_batches<plan_of>({
    .kind = "pipelined_backprop",
    .title = "Pipelined back-propagation",
    .summary =
        "Mini-batches follow each other through the stages of a pipeline that is never flushed: "
        "once it is full, every stage is busy all the time. Each stage updates after every "
        "backward pass, although mini-batches that it has seen are still on their way back.",
    .approximation =
        "a mini-batch goes back through newer parameters than it went forward through: stage s "
        "of P makes P-1-s updates of its own in between (schedule cycles: 2(P-1-s))",
    .when_to_use = "When the pipeline's bubble costs more than stale gradients do.",
    .source = "Petrowski, Dreyfus and Girault, IEEE Trans. Neural Networks 4 (1993); Chen et al., "
              "Interspeech 2012",
    .options = options,
});

}  // namespace lockstep::models
