// DualPipe: micro-batches enter a pipeline from both ends, half of them at each. Every stage has
// the chunk of its own place for those that come from the front and the chunk of the opposite place
// for those that come from the back: each parameter is there twice, on two ranks, which sum their
// gradients at the end of a mini-batch. DeepSeek-AI: "DeepSeek-V3 technical report",
// arXiv:2412.19437, section 3.2.1; the order of passes is in dual_pipe.hpp.
#include "models/algorithms/all_algorithms.hpp"
#include "models/parts/stages/dual_pipe.hpp"

namespace lockstep::models {

namespace {

constexpr TwoChunkOrder order = {
    .least = dual_pipe_least, .turns = dual_pipe_turns, .both_ways = true};

}  // namespace

const RegisteredAlgorithm dualpipe = on_two_chunks<order>({
    .kind = "dualpipe",
    .title = "DualPipe",
    .summary =
        "Micro-batches go through a pipeline from both ends at once, so that every stage has a "
        "forward pass of one direction to do together with a backward pass of the other. That "
        "halves the time to fill the pipeline, for twice the parameters on each device.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use =
        "When messages take about as long as products, as with experts on many nodes, and devices "
        "have room for twice the parameters.",
    .source = "DeepSeek-AI, arXiv:2412.19437, section 3.2.1",
    .options = two_chunk_options,
});

}  // namespace lockstep::models
