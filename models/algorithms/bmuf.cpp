// BMUF, blockwise model-update filtering: model averaging whose steps from mean to mean have a
// momentum. After a block of local steps from the common model w, with m the mean of all models:
//
//   g = m - w;  d <- eta d + zeta g;  w <- w + d                       classical block momentum
//   g = m - w;  d <- eta d + zeta g;  u = w + zeta g;  w <- u + eta d  Nesterov's
//
// eta is the block momentum, zeta the block learning rate. The paper writes u <- u + d; since w was
// u + eta d before, that is w + zeta g, and u need not be kept. The last block ends with u, without
// looking ahead. Chen and Huo: "Scalable training of deep learning machines by incremental block
// training with intra-block parallel optimization and blockwise model-update filtering", ICASSP
// 2016.
#include <fmt/format.h>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/bmuf_rules.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/replicas/rounds.hpp"

namespace lockstep::models {

namespace {

constexpr IntegerOption block_steps_option =
    OptionSpec{.name = "block_steps",
               .type = OptionType::integer,
               .summary = "how many local steps a block has; 0: all of the run",
               .fallback = std::int64_t{10},
               .least = 0,
               .most = 1e9};
constexpr NumberOption block_momentum_option =
    OptionSpec{.name = "block_momentum",
               .type = OptionType::number,
               .summary =
                   "how much of a block's step the next one repeats, from 0 to below 1; "
                   "-1: 1 - 1/P with P workers",
               .fallback = -1.0,
               .least = -1,
               .most = 1};
constexpr NumberOption block_learning_rate_option =
    OptionSpec{.name = "block_learning_rate",
               .type = OptionType::number,
               .summary = "how far a block's step goes towards the mean",
               .fallback = 1.0,
               .least = 0};
constexpr BooleanOption nesterov_option =
    OptionSpec{.name = "nesterov",
               .type = OptionType::boolean,
               .summary = "start each block from where the momentum will carry the model",
               .fallback = false};

constexpr auto options =
    option_table(block_steps_option, block_momentum_option, block_learning_rate_option,
                 nesterov_option, allreduce_options, accumulation_steps_option);

}  // namespace

double block_momentum(const Setup& setup) {
  const double chosen = setup.options[block_momentum_option];
  return chosen < 0 ? 1 - 1.0 / setup.workers : chosen;
}
double block_learning_rate(const Setup& setup) { return setup.options[block_learning_rate_option]; }

namespace {

// Without momentum and at full step a block ends with the mean: there is nothing to compute.
bool takes_the_mean(const Setup& setup) {
  return block_momentum(setup) == 0 && block_learning_rate(setup) == 1;
}

Rounds blocks_of(const Setup& setup) {
  Rounds blocks = rounds_of(setup, setup.options[block_steps_option]);
  if (takes_the_mean(setup)) return blocks;
  const bool nesterov = setup.options[nesterov_option];
  blocks.outer = nesterov ? &block_nesterov_rule : &block_momentum_rule;
  blocks.last_outer = nesterov ? &last_block_nesterov_rule : &block_momentum_rule;
  return blocks;
}

void check(const Setup& setup, Faults& faults) {
  check_allreduce(setup, faults);
  const double momentum = setup.options[block_momentum_option];
  if (momentum == 1 || (momentum < 0 && momentum != -1))
    faults.push_back(
        {setup.pointer + "/block_momentum",
         fmt::format("must be at least 0 and below 1, or -1 for 1 - 1/P, found {}", momentum)});
}

}  // namespace

const RegisteredAlgorithm bmuf = in_rounds<blocks_of>({
    .kind = "bmuf",
    .title = "Blockwise model-update filtering",
    .summary =
        "Model averaging with a memory: the step from one mean to the next is filtered with a "
        "momentum, which makes up for what averaging many small steps loses. It sends what model "
        "averaging sends and keeps two more copies of the model.",
    .approximation =
        "models diverge for up to block_steps - 1 steps between averages, and momentum over whole "
        "blocks stands for the steps that averaging shortens",
    .when_to_use = "Instead of model averaging when there are many workers or long blocks.",
    .source = "Chen and Huo, ICASSP 2016",
    .options = options,
    .check = check,
});

}  // namespace lockstep::models
