// ZB-H2: as ZB-H1, with forwards ahead that fill the rest of the bubble.
// Qi et al.: "Zero Bubble Pipeline Parallelism", arXiv:2401.10241; the schedule is in
// zero_bubble.hpp. Where updates need a norm over all stages, it needs the paper's post-validation
// of updates; plain SGD does not.
#include "models/algorithm.hpp"
#include "models/common_options.hpp"
#include "models/stages/zero_bubble.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {micro_batches_option, stages_option};
constexpr std::int64_t depth = 2;

Program program(Worker& worker) { return zero_bubble_program(worker, {depth}); }

Formula formula(const Setup& setup) { return zero_bubble_formula(setup, {depth}); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form = zero_bubble_closed_form(setup, {depth});
  form.memory = pipeline_memory(setup, false, zero_bubble_in_flight<depth>);
  return form;
}

}  // namespace

extern const Algorithm zb_h2;
const Algorithm zb_h2 = {
    .kind = "zb_h2",
    .title = "ZB-H2",
    .summary =
        "As ZB-H1, but each stage starts with about twice as many forwards, so that it hardly "
        "waits for the first gradients either. It keeps the activations of up to 2K-1 "
        "micro-batches, where 1F1B keeps those of K.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use =
        "When there is memory for twice the activations of 1F1B, and micro-batches enough.",
    .source = "Qi et al., arXiv:2401.10241",
    .family = Family::model_parallel,
    .options = options,
    .workers = pipeline_workers,
    .servers = [](const Options&) { return 0; },
    .check = check_pipeline,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .pipeline = true,
};

}  // namespace lockstep::models
