// Model averaging: every worker takes steps of SGD on a model of its own; now and then all models
// are replaced by their mean. Local SGD is another name for it.
//
// Zinkevich et al.: "Parallelized stochastic gradient descent", NIPS 2010, averages once, at the
// end; Su and Chen, arXiv:1507.01239, average every few mini-batches. Averaged after every step it
// is `sync_sgd`, whose mean of gradients is then the same as a mean of models.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption sync_period_option = OptionSpec{
    .name = "sync_period",
    .type = OptionType::integer,
    .summary = "after how many local steps models are averaged; 0 or \"end\": once, at the end",
    .fallback = std::int64_t{1},
    .least = 0,
    .most = 1e9,
    .zero_name = "end"};

constexpr auto options =
    option_table(sync_period_option, allreduce_options, accumulation_steps_option);

Rounds schedule_of(const Setup& setup) {
  return rounds_of(setup, setup.options[sync_period_option]);
}

}  // namespace

const RegisteredAlgorithm model_averaging = in_rounds<schedule_of>({
    .kind = "model_averaging",
    .title = "Model averaging",
    .summary =
        "Each worker trains a model of its own for some steps, then all models are replaced by "
        "their mean. The longer the period, the less is sent and the more the models differ.",
    .approximation =
        "models diverge for up to sync_period - 1 steps between averages: the mean of models is "
        "not the model of the mean gradient, except with sync_period 1",
    .when_to_use = "When the network cannot take an allreduce after every mini-batch.",
    .source = "Zinkevich et al., NIPS 2010; Su and Chen, arXiv:1507.01239 (2015)",
    .options = options,
});

}  // namespace lockstep::models
