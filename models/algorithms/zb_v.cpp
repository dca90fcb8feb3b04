// ZB-V: a pipeline in the shape of a V with its backward pass split. It has no bubble but for
// filling, with no more activations than 1F1B keeps on its first stage.
//
// A rank has the chunk that many blocks from the beginning, and the one as many from the end. It
// starts with forwards of its first chunk until its second chunk has an input; then the first
// chunk's forwards alternate with the second's, and the second's with its backward passes, until
// every rank is busy: from then on each goes through F B W of one chunk and F B W of the other. At
// the end Ws wait for the Bs that others need. Qi et al.: "Zero Bubble Pipeline Parallelism",
// arXiv:2401.10241, section 6; "Pipeline Parallelism with Controllable Memory", arXiv:2405.15362,
// calls it V-ZB.
#include "models/algorithms/all_algorithms.hpp"
#include "models/parts/stages/two_chunks.hpp"

namespace lockstep::models {

namespace {

std::int64_t least(int places) { return 2 * places - 1; }

std::vector<PassTurns> turns(int place, int places, std::int64_t micro_batches) {
  const PassUnit f0 = {{PassKind::forward, 0}};
  const PassUnit f1 = {{PassKind::forward, 1}};
  const PassUnit b0 = {{PassKind::backward_input, 0}};
  const PassUnit b1 = {{PassKind::backward_input, 1}};
  const PassUnit w0 = {{PassKind::backward_weight, 0}};
  const PassUnit w1 = {{PassKind::backward_weight, 1}};
  const std::int64_t after = places - place - 1;
  return {
      {{f0}, 2 * after + 1},
      {{f1, f0}, place},
      {{f1, b1, w1}, after + 1},
      {{f0, b0, w0, f1, b1, w1}, micro_batches - 2 * after - 1 - place},
      {{b0, w0, f1, b1, w1}, after},
      {{b0, b1}, place},
      {{b0, w0}, after + 1},
      {{w1}, place},
      {{w0}, place},
  };
}

constexpr TwoChunkOrder order = {.least = least, .turns = turns};

}  // namespace

const RegisteredAlgorithm zb_v = on_two_chunks<order>({
    .kind = "zb_v",
    .title = "ZB-V",
    .summary =
        "Each stage has a chunk of layers near the beginning and one near the end, and backward "
        "passes are split. Where forward passes, gradients of inputs and gradients of weights take "
        "equally long, no stage waits between its first pass and its last, and none keeps more "
        "activations than the first stage of 1F1B.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use =
        "In place of 1F1B and ZB-H1 when there are at least two micro-batches for each stage.",
    .source = "Qi et al., arXiv:2401.10241, section 6",
    .options = two_chunk_options,
});

}  // namespace lockstep::models
