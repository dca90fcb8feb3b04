// ZB-H1: 1F1B with its backward pass split, in the memory of 1F1B.
// Qi et al.: "Zero Bubble Pipeline Parallelism", arXiv:2401.10241; the schedule is in
// zero_bubble.hpp.
#include "models/algorithm.hpp"
#include "models/common_options.hpp"
#include "models/stages/zero_bubble.hpp"

namespace lockstep::models {

namespace {

constexpr std::array options = {micro_batches_option, stages_option};
constexpr std::int64_t depth = 1;

Program program(Worker& worker) { return zero_bubble_program(worker, {depth}); }

Formula formula(const Setup& setup) { return zero_bubble_formula(setup, {depth}); }

ClosedForm closed_form(const Setup& setup) {
  ClosedForm form = zero_bubble_closed_form(setup, {depth});
  form.memory = pipeline_memory(setup, false, zero_bubble_in_flight<depth>);
  return form;
}

}  // namespace

extern const Algorithm zb_h1;
const Algorithm zb_h1 = {
    .kind = "zb_h1",
    .title = "ZB-H1",
    .summary =
        "1F1B with the backward pass split: a stage sends the gradient of its inputs on before "
        "it computes that of its weights, and puts the latter off until it would wait. The bubble "
        "shrinks to about a third, with no more activations than the first stage of 1F1B keeps.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "In place of 1F1B, wherever the backward pass can be split.",
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
