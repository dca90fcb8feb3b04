// GPipe: all micro-batches of a mini-batch go forward through the stages, then all of them back,
// then every stage updates.
//
// With re-materialisation a stage keeps only its input of each micro-batch and computes the rest
// again before going back. Huang et al.: "GPipe", arXiv:1811.06965.
#include <algorithm>
#include <vector>

#include "models/algorithms/all_algorithms.hpp"
#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

namespace {

constexpr BooleanOption rematerialization_option =
    OptionSpec{.name = "rematerialization",
               .type = OptionType::boolean,
               .summary = "keep only stage inputs and compute activations again when going back",
               .fallback = false};

constexpr auto options =
    option_table(micro_batches_option, stages_option, rematerialization_option);

bool rematerialize(const Setup& setup) { return setup.options[rematerialization_option]; }

Program program(Worker& worker) {
  const Setup& setup = worker.setup();
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    for (std::int64_t index = 0; index < micro_batches; ++index)
      co_await stage_forward(worker, index);
    for (std::int64_t index = micro_batches - 1; index >= 0; --index)
      co_await stage_backward(worker, index, rematerialize(setup));
    co_await stage_update(worker);
  }
}

// A pipeline phase is a flow shop: the first micro-batch passes every stage, and the others come
// out one every time the slowest stage, or link, is done.
struct Parts {
  double fill_s = 0;             // the first micro-batch, forward through all stages
  double slowest_forward_s = 0;  // stage or link
  double drain_s = 0;            // the first micro-batch, back to the first stage
  double slowest_backward_s = 0;
  double update_s = 0;  // of the first stage
  double tail_s = 0;    // by which another stage ends its last update after the first stage does
  Waits waits = {};
};

Schedule schedule_of(const Setup& setup, const std::vector<StageTimes>& stages) {
  const StageSteps steps(setup, stages);
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  return steps.schedule(setup.training.iterations, [&](std::size_t stage) {
    std::vector<Segment> program;
    add_segment(program, {steps.forward(stage)}, micro_batches);
    add_segment(program, {steps.backward(stage)}, micro_batches);
    add_segment(program, {steps.update(stage)});
    return program;
  });
}

Parts bound_of(const Setup& setup, const std::vector<StageTimes>& stages) {
  const auto others = static_cast<double>(pipeline_of(setup).micro_batches - 1);
  Parts parts;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const StageTimes& mine = stages[stage];
    parts.fill_s += mine.forward_s + mine.hop_s;
    parts.slowest_forward_s = std::max({parts.slowest_forward_s, mine.forward_s, mine.transfer_s});
  }
  std::vector<double> end_s(stages.size());  // of each stage's update, counted from going back
  for (std::size_t stage = stages.size(); stage-- > 0;) {
    const StageTimes& mine = stages[stage];
    parts.drain_s += mine.backward_s + mine.back_hop_s;
    parts.slowest_backward_s =
        std::max({parts.slowest_backward_s, mine.backward_s, mine.back_transfer_s});
    end_s[stage] = parts.drain_s + others * parts.slowest_backward_s + mine.update_s;
  }
  parts.update_s = stages.front().update_s;
  for (const double stage_s : end_s) parts.tail_s = std::max(parts.tail_s, stage_s - end_s.front());
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term others =
      T::number("M", static_cast<double>(pipeline_of(setup).micro_batches)) - Term(1);
  const Term iteration = T::seconds("t_fill", parts.fill_s) +
                         others * T::seconds("t_slowest_forward", parts.slowest_forward_s) +
                         T::seconds("t_drain", parts.drain_s) +
                         others * T::seconds("t_slowest_backward", parts.slowest_backward_s) +
                         T::seconds("t_update(n/P)", parts.update_s);
  const Term all =
      T::number("iterations", static_cast<double>(setup.training.iterations)) * iteration;
  return with_waits(parts.tail_s > 0 ? all + T::seconds("t_last_update", parts.tail_s) : all,
                    parts.waits);
}

Parts parts_of(const Setup& setup) {
  const std::vector<StageTimes> stages = stage_times(setup, rematerialize(setup));
  Parts parts = bound_of(setup, stages);
  parts.waits = waits_beyond(schedule_of(setup, stages), expression_of<double>(setup, parts));
  return parts;
}

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  const Parts parts = parts_of(setup);
  ClosedForm form = form_with_waits(setup, rematerialize(setup),
                                    expression_of<double>(setup, parts), parts.waits);
  form.memory = pipeline_memory(setup, rematerialize(setup), [](const Pipeline& pipeline, int) {
    return pipeline.micro_batches;
  });
  return form;
}

}  // namespace

const RegisteredAlgorithm gpipe = on_stages({
    .kind = "gpipe",
    .title = "GPipe",
    .summary = "The layers are divided into stages, one a worker, and the mini-batch into "
               "micro-batches that follow each other through them, first forward, then back. "
               "Stages idle while the pipeline fills and drains: the bubble.",
    .approximation = "nothing: gradients of all micro-batches are summed before the one update",
    .when_to_use = "When the model does not fit one device and micro-batches are plentiful.",
    .source = "Huang et al., arXiv:1811.06965",
    .options = options,
    .program = program,
    .closed_form = closed_form,
    .formula = formula,
    .recomputes = [](const Setup& setup, Rank) { return rematerialize(setup); },
});

}  // namespace lockstep::models
