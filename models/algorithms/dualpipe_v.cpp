// DualPipeV: the schedule of DualPipe on half of the ranks. Each has both of the chunks that in
// DualPipe two ranks have twice: no parameter is there twice, and nothing need be summed.
// After "Cut-in-half" by Sea AI Lab; the order of passes is in dual_pipe.hpp.
#include "models/algorithms/all_algorithms.hpp"
#include "models/parts/stages/dual_pipe.hpp"

namespace lockstep::models {

namespace {

constexpr TwoChunkOrder order = {.least = dual_pipe_least, .turns = dual_pipe_turns};

}  // namespace

const RegisteredAlgorithm dualpipe_v = on_two_chunks<order>({
    .kind = "dualpipe_v",
    .title = "DualPipeV",
    .summary =
        "Each stage has a chunk of layers near the beginning and one near the end. Once the "
        "pipeline is full it does a forward pass of one chunk together with a backward pass of the "
        "other, so that messages of one can hide behind products of the other.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use =
        "In place of DualPipe when the parameters, not the number of devices, are the limit.",
    .source = "DeepSeek-AI, github.com/deepseek-ai/DualPipe; Sea AI Lab, Cut-in-half",
    .options = two_chunk_options,
});

}  // namespace lockstep::models
