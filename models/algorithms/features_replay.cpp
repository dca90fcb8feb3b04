// Features Replay: modules go back at once, as with delayed gradients, but keep no old parameters
// and of old mini-batches only the module's input.
//
// Module m (from 1) of K takes the input that it kept of the mini-batch of K-m steps ago, computes
// forward again with its present parameters, and goes back with the gradient that module m+1 sent
// in the step before. That gradient comes from parameters, and for activations, that have changed
// since: K-m updates of its own after the module first saw the mini-batch. The last module goes
// back with what it has just computed. The steps are those of modules.hpp: a step takes the sum of
// the forward passes and the longest replay and backward pass. A module ends behind an activation
// function, as the paper's layers do, and takes its derivative where the replay has arrived: that,
// with one layer a module, is all that tells it from pipelined back-propagation. Huo, Gu and Huang:
// "Training neural networks using features replay", NeurIPS 2018, arXiv:1807.04511.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/stages/modules.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(modules_option);

}  // namespace

const RegisteredAlgorithm features_replay = of_modules<true>({
    .kind = "features_replay",
    .title = "Features Replay",
    .summary = "Like delayed gradients, but a module keeps only the inputs of earlier mini-batches "
               "and computes forward again before it goes back. That needs little memory and one "
               "extra forward pass.",
    .approximation =
        "module m of P goes back with a gradient from above that belongs to activations of P-m "
        "updates ago, through activations computed anew with its present parameters",
    .when_to_use = "In place of delayed gradients when activations and old parameters do not fit.",
    .source = "Huo, Gu and Huang, NeurIPS 2018, arXiv:1807.04511",
    .options = options,
});

}  // namespace lockstep::models
