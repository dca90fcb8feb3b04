// PipeDream-2BW: 1F1B that is never flushed and gets by with two versions of the parameters.
//
// Stages update after every mini-batch of at least K micro-batches, while micro-batches of the next
// one are already under way: these see the version before, forward and backward, and so do all
// stages. W(t+1) = W(t) - learning_rate * gradient(W(t-1)): a delay of exactly one. Narayanan et
// al.: "Memory-efficient pipeline-parallel DNN training", arXiv:2006.09503, section 3.1. With one
// stage nothing is under way at an update, and nothing is delayed.
#include <fmt/format.h>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/stream.hpp"

namespace lockstep::models {

namespace {

constexpr auto options = option_table(micro_batches_option, stages_option);

Stream stream_of(const Setup& setup) {
  const Pipeline pipeline = pipeline_of(setup);
  return {.stages = even_stages(setup),
          .micro_batches = setup.training.iterations * pipeline.micro_batches,
          .samples = pipeline.samples,
          .update_every = pipeline.micro_batches,
          .reading = Reading::previous};
}

Program program(Worker& worker) { return stream_program(worker, worker.common(stream_of)); }

Formula formula(const Setup& setup) { return stream_formula(setup, stream_of(setup)); }

bool delays(const Setup& setup) { return setup.workers > 1 && setup.training.iterations > 1; }

// Beside the newest.
std::int64_t versions(const Setup& setup, Rank /*rank*/) { return delays(setup) ? 1 : 0; }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form = stream_closed_form(
      setup, stream_of(setup), [](const Stream& stream, const StreamStage& stage) -> std::int64_t {
        return stream.stages.size() > 1 && stream.updates(stage) > 1 ? 1 : 0;
      });
  // The first gradient is not delayed: there is no version before it.
  const auto iterations = static_cast<double>(setup.training.iterations);
  if (delays(setup)) form.staleness = {(iterations - 1) / iterations, 1};
  return form;
}

void check(const Setup& setup, Faults& faults) {
  check_pipeline(setup, faults);
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  if (micro_batches < setup.workers)
    faults.push_back({setup.pointer + "/micro_batches",
                      fmt::format("must be at least the {} stages, so that two versions are "
                                  "enough, found {}",
                                  setup.workers, micro_batches)});
}

}  // namespace

const RegisteredAlgorithm pipedream_2bw = on_stages({
    .kind = "pipedream_2bw",
    .title = "PipeDream-2BW",
    .summary =
        "1F1B without the flush: micro-batches of the next mini-batch follow at once, so that the "
        "pipeline fills and drains only once a run. They use the parameters from before the "
        "update, which each stage keeps as a second version.",
    .approximation = "every gradient is of the parameters one update ago",
    .when_to_use = "When bubbles cost more than a delay of one update, and memory is short.",
    .source = "Narayanan et al., arXiv:2006.09503, section 3.1",
    .options = options,
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .unflushed = true,
    .versions = versions,
});

}  // namespace lockstep::models
