// PipeDream: mini-batches follow each other through the stages without a flush, and every stage
// updates after each of them.
//
// A mini-batch goes back through a stage K-s-1 updates after it came forward (s from 0), so a stage
// stashes the parameters that each mini-batch under way has seen, for its backward pass. With
// vertical sync it sees, at all stages, as many updates as the first stage had made when it went
// in: a delay of K-1 everywhere, for which every stage keeps up to K versions. Narayanan et al.:
// "PipeDream: Generalized pipeline parallelism for DNN training", SOSP 2019.
//
// Staleness counts a stage's own updates between a mini-batch's forward pass and its gradient.
#include <algorithm>

#include "models/algorithm.hpp"
#include "models/common_options.hpp"
#include "models/stages.hpp"
#include "models/stream.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {
    stages_option,
    OptionSpec{.name = "weight_stashing",
               .type = OptionType::boolean,
               .summary = "go back with the parameters of the forward pass; without it, with the "
                          "newest",
               .fallback = true},
    OptionSpec{.name = "vertical_sync",
               .type = OptionType::boolean,
               .summary = "a mini-batch sees the same version at all stages",
               .fallback = false},
};

bool vertical(const Setup& setup) { return setup.options.boolean("vertical_sync"); }

Stream stream_of(const Setup& setup) {
  return {.stages = even_stages(setup),
          .micro_batches = setup.training.iterations,
          .samples = setup.global_batch,
          .update_every = 1,
          .reading = vertical(setup) ? Reading::input_stage : Reading::newest};
}

Program program(Worker& worker) {
  const Stream stream = stream_of(worker.setup());
  co_await stream_program(worker, stream);
}

Formula formula(const Setup& setup) { return stream_formula(setup, stream_of(setup)); }

// How old a stage's gradients become: in updates.
std::int64_t delay_of(const Stream& stream, const StreamStage& stage) {
  return stream.reading == Reading::input_stage ? stream.stages.front().ahead : stage.ahead;
}

// Beside the newest, the versions that mini-batches under way, or on their way, still need: one for
// each update of the delay, unless the run ends before there are as many.
std::int64_t stashed_copies(const Stream& stream, const StreamStage& stage) {
  const std::int64_t delay = delay_of(stream, stage);
  const std::int64_t updates = stream.updates(stage);
  if (delay == 0 || updates == 1) return 0;
  return std::max<std::int64_t>(1, std::min(delay, updates - delay));
}

std::int64_t no_copies(const Stream& /*stream*/, const StreamStage& /*stage*/) { return 0; }

// Update number u of a stage, from 0, has a gradient min(u, delay) updates old.
Staleness staleness_of(const Stream& stream) {
  Staleness staleness;
  Count updates = 0;
  Count sum = 0;
  for (const StreamStage& stage : stream.stages) {
    const std::int64_t all = stream.updates(stage);
    const std::int64_t delay = std::min(delay_of(stream, stage), all - 1);
    updates += Count{stage.replicas} * all;
    sum += stage.replicas * (Count{delay} * (delay + 1) / 2 + Count{all - 1 - delay} * delay);
    staleness.max = std::max(staleness.max, delay);
  }
  staleness.mean = to_double(sum) / to_double(updates);
  return staleness;
}

ClosedForm closed_form(const Setup& setup) {
  const Stream stream = stream_of(setup);
  const bool stashes = setup.options.boolean("weight_stashing");
  ClosedForm form = stream_closed_form(setup, stream, stashes ? stashed_copies : no_copies);
  form.staleness = staleness_of(stream);
  return form;
}

void check(const Setup& setup, Faults& faults) {
  check_stages(setup, faults);
  if (vertical(setup) && !setup.options.boolean("weight_stashing"))
    faults.push_back({setup.pointer + "/vertical_sync",
                      "needs weight_stashing, which keeps the versions that it names"});
}

}  // namespace

extern const Algorithm pipedream;
const Algorithm pipedream = {
    .kind = "pipedream",
    .title = "PipeDream",
    .summary =
        "Mini-batches follow each other through the stages without a flush; a stage alternates one "
        "forward and one backward and updates after each, so that none idles once the pipeline is "
        "full. Gradients are as old as there are stages to come, and each is of the parameters "
        "that its mini-batch saw going forward.",
    .approximation =
        "stage s of K (from 0) applies gradients K-s-1 updates old; with vertical "
        "sync all stages K-1",
    .when_to_use =
        "When bubbles cost more than old gradients, and versions of a stage's "
        "parameters fit.",
    .source = "Narayanan et al., SOSP 2019; Harlap et al., arXiv:1806.03377",
    .family = Family::model_parallel,
    .options = options,
    .workers = pipeline_workers,
    .servers = [](const Options&) { return 0; },
    .check = check,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .pipeline = true,
};

}  // namespace lockstep::models
