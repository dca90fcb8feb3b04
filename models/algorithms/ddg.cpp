// Decoupled parallel back-propagation with delayed gradients (DDG): modules go back at once, each
// with a mini-batch of its own.
//
// Module m (from 1) of K goes back with the mini-batch of K-m steps ago: with the parameters and
// the activations of then, of which it keeps K-m+1 versions, and with the gradient that module m+1
// sent in the step before. It updates its present parameters: K-m updates of its own lie in
// between. The steps are those of modules.hpp: forward through all modules, then all back at once,
// so that a step takes the sum of the forward passes and the longest backward pass. Huo et al.:
// "Decoupled parallel backpropagation with convergence guarantee", ICML 2018, arXiv:1804.10574.
#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/parts/stages/modules.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(modules_option);

}  // namespace

const RegisteredAlgorithm ddg = of_modules<false>({
    .kind = "ddg",
    .title = "Delayed gradients (DDG)",
    .summary =
        "Modules of layers go forward with a mini-batch one after another, but back all at once: "
        "each with an earlier mini-batch, whose gradient the module above sent a step ago. "
        "A module keeps old parameters and activations until it goes back with them.",
    .approximation =
        "module m of P updates with a gradient that is P-m of its own updates old; it is the "
        "true gradient of parameters that differ in age from module to module",
    .when_to_use = "When backward passes dominate, memory is plentiful and few modules are enough.",
    .source = "Huo et al., ICML 2018, arXiv:1804.10574",
    .options = options,
});

}  // namespace lockstep::models
