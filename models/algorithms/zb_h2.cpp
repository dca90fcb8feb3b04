// ZB-H2: as ZB-H1, with forwards ahead that fill the rest of the bubble.
// Qi et al.: "Zero Bubble Pipeline Parallelism", arXiv:2401.10241; the schedule is in
// zero_bubble.hpp. Where updates need a norm over all stages, it needs the paper's post-validation
// of updates; plain SGD does not.
#include "models/algorithms/all_algorithms.hpp"
#include "models/parts/stages/zero_bubble.hpp"

namespace lockstep::models {

const RegisteredAlgorithm zb_h2 = of_zero_bubble<2>({
    .kind = "zb_h2",
    .title = "ZB-H2",
    .summary = "Like ZB-H1, but each stage starts with about twice as many forwards, so that it "
               "hardly waits for the first gradients either. It keeps the activations of up to "
               "2P-1 micro-batches, where 1F1B keeps those of P.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use =
        "When there is memory for twice the activations of 1F1B, and enough micro-batches.",
    .source = "Qi et al., arXiv:2401.10241",
    .options = zero_bubble_options,
});

}  // namespace lockstep::models
