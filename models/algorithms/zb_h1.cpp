// ZB-H1: 1F1B with its backward pass split, in the memory of 1F1B.
// Qi et al.: "Zero Bubble Pipeline Parallelism", arXiv:2401.10241; the schedule is in
// zero_bubble.hpp.
#include "models/algorithms/all_algorithms.hpp"
#include "models/parts/stages/zero_bubble.hpp"

namespace lockstep::models {

const RegisteredAlgorithm zb_h1 = of_zero_bubble<1>({
    .kind = "zb_h1",
    .title = "ZB-H1",
    .summary =
        "1F1B with the backward pass split: a stage sends the gradient of its inputs on before "
        "it computes that of its weights, and puts the latter off until it would wait. The bubble "
        "shrinks to about a third, with no more activations than the first stage of 1F1B keeps.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "In place of 1F1B, wherever the backward pass can be split.",
    .source = "Qi et al., arXiv:2401.10241",
    .options = zero_bubble_options,
});

}  // namespace lockstep::models
