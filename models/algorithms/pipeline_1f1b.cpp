// One forward, one backward (1F1B) with a flush: a stage goes back with a micro-batch as soon as it
// can, so that it keeps the activations of few of them at a time.
//
// Stage s of K (from 0) starts with K-s-1 forwards, then alternates forward and backward, then goes
// back with the rest; all stages update at the end of the mini-batch. Narayanan et al.:
// "Memory-efficient pipeline-parallel DNN training", arXiv:2006.09503 (PipeDream-Flush); Fan et
// al.: "DAPPLE", PPoPP 2021.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/algorithms/pipeline_1f1b_plan.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

namespace {

using namespace pipeline_1f1b_plan;

constexpr auto options = option_table(micro_batches_option, stages_option);

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  const std::int64_t ahead =
      std::min<std::int64_t>(worker.workers() - worker.rank() - 1, micro_batches);
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t index = 0; index < ahead; ++index) co_await stage_forward(worker, index);
    for (std::int64_t index = 0; index < micro_batches; ++index) {
      if (ahead + index < micro_batches) co_await stage_forward(worker, ahead + index);
      co_await stage_backward(worker, index, false);
    }
    co_await stage_update(worker);
  }
}

}  // namespace

const RegisteredAlgorithm pipeline_1f1b = on_stages({
    .kind = "pipeline_1f1b",
    .title = "1F1B pipeline with flush",
    .summary = "Like GPipe, but each stage goes back with a micro-batch as soon as it can and "
               "alternates forward and backward. The bubble is the same; the activations kept are "
               "those of at most as many micro-batches as there are stages.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "In place of GPipe when activations are what does not fit.",
    .source = "Narayanan et al., arXiv:2006.09503; Fan et al., PPoPP 2021",
    .options = options,
    .program = program,
    .closed_form = pipeline_1f1b_plan::closed_form,
    .formula = pipeline_1f1b_plan::formula,
});

}  // namespace lockstep::models
