// Interleaved 1F1B: every stage has several smaller chunks of the model in place of one large one,
// so that the pipeline fills and drains in steps of a chunk.
//
// The layers are cut into K v chunks; chunk q belongs to stage q mod K, so that a micro-batch goes
// round the stages v times. A stage takes K micro-batches through its first chunk, then the same K
// through its second, and so on, then the next K; and the other way round going back. It starts
// with 2 (K-s-1) + (v-1) K forwards and then alternates. Narayanan et al.: "Efficient large-scale
// language model training on GPU clusters", arXiv:2104.04473, section 2.2.2. With one chunk a stage
// the schedule is that of `pipeline_1f1b`.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/pipeline_interleaved_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

namespace {

using namespace pipeline_interleaved_plan;

constexpr IntegerOption chunks_option =
    OptionSpec{.name = "chunks",
               .type = OptionType::integer,
               .summary =
                   "model chunks a stage; 0: two, or one where the layers are too few. No "
                   "effect with one stage",
               .fallback = std::int64_t{0},
               .least = 0,
               .most = 1e6};

constexpr auto options = option_table(micro_batches_option, stages_option, chunks_option);

}  // namespace

namespace pipeline_interleaved_plan {

std::int64_t chunks_of(const Setup& setup) {
  if (setup.workers == 1) return 1;
  const std::int64_t asked = setup.options[chunks_option];
  if (asked > 0) return asked;
  return std::clamp<std::int64_t>(setup.mlp.layers / setup.workers, 1, 2);
}

Interleaving interleaving_of(const Setup& setup) { return {pipeline_of(setup), chunks_of(setup)}; }

LayerRange layers_of_block(const Setup& setup, const Interleaving& order, std::int64_t block) {
  return layers_of_stage(setup.mlp, static_cast<int>(order.blocks()), static_cast<int>(block));
}

}  // namespace pipeline_interleaved_plan

namespace {

// Messages between two blocks arrive in the order of the micro-batches.
LayerBlock chunk_of(const Worker& worker, const Interleaving& order, std::int64_t chunk) {
  const auto stages = order.pipeline.stages;
  const std::int64_t block = chunk * stages + worker.rank();
  const auto tag = static_cast<Tag>(2 * block);
  LayerBlock mine;
  mine.layers = layers_of_block(worker.setup(), order, block);
  if (block > 0) mine.previous = {(worker.rank() + stages - 1) % stages, tag, tag + 1};
  if (block + 1 < order.blocks()) mine.next = {(worker.rank() + 1) % stages, tag + 2, tag + 3};
  return mine;
}

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const Interleaving order = interleaving_of(setup);
  const std::int64_t samples = order.pipeline.samples;
  const std::int64_t ahead = order.ahead(worker.rank());
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t turn = 0; turn < order.turns() + ahead; ++turn) {
      if (turn < order.turns())
        co_await block_forward(worker, chunk_of(worker, order, order.forward_chunk(turn)), samples,
                               order.micro_batch(turn));
      const std::int64_t back = turn - ahead;
      if (back >= 0)
        co_await block_backward(worker, chunk_of(worker, order, order.backward_chunk(back)),
                                samples, order.micro_batch(back));
    }
    for (std::int64_t chunk = 0; chunk < order.chunks; ++chunk)
      co_await worker.update(block_parameters(setup, chunk_of(worker, order, chunk).layers));
  }
}

void check_chunks(const Setup& setup, Faults& faults) {
  check_pipeline(setup, faults);
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  if (micro_batches % setup.workers != 0)
    faults.push_back({setup.pointer + "/micro_batches",
                      fmt::format("must be a multiple of the {} stages, found {}", setup.workers,
                                  micro_batches)});
  constexpr std::int64_t most_of_measured = 1000;
  if (!setup.measured.empty() && chunks_of(setup) > most_of_measured)
    return faults.push_back({setup.pointer + "/chunks",
                             fmt::format("must be at most {} where stages were measured, found {}",
                                         most_of_measured, chunks_of(setup))});
  const std::int64_t most = setup.mlp.layers / setup.workers;
  if (most < 1 || chunks_of(setup) <= most) return;
  faults.push_back({setup.pointer + "/chunks",
                    fmt::format("must be at most {} for {} layers in {} stages, found {}", most,
                                setup.mlp.layers, setup.workers, chunks_of(setup))});
}

}  // namespace

const RegisteredAlgorithm pipeline_interleaved = on_stages({
    .kind = "pipeline_interleaved",
    .title = "Interleaved 1F1B pipeline",
    .summary =
        "Each stage has several chunks of layers from all over the model, and a micro-batch goes "
        "round the stages once for each. The pipeline fills and drains faster by the number of "
        "chunks, for as many times the messages and somewhat more activations kept.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "In place of 1F1B when micro-batches are few and the network is fast.",
    .source = "Narayanan et al., arXiv:2104.04473, section 2.2.2",
    .options = options,
    .check = check_chunks,
    .program = program,
    .closed_form = pipeline_interleaved_plan::closed_form,
    .formula = pipeline_interleaved_plan::formula,
    .chunks = chunks_of,
});

}  // namespace lockstep::models
