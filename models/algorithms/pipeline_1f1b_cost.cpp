// What `pipeline_1f1b` costs: time, counts and memory.
#include <algorithm>
#include <vector>

#include "models/algorithms/pipeline_1f1b_plan.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/stage_steps.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models::pipeline_1f1b_plan {

namespace {

// The critical path runs forward through all stages with the first micro-batch, stays at one stage
// for the others, and comes back with the last. While it stays, it may follow a micro-batch back up
// j stages and the one that this frees down again: 2j hops of latency for j+1 micro-batches.
struct Parts {
  double round_trip_s = 0;  // to the busiest stage and back, computation and hops
  double stay_s = 0;        // all micro-batches there
  double forward_s = 0;     // one of them
  double backward_s = 0;
  double latency_s = 0;  // hops while it stays
  double update_s = 0;
  bool alike = true;  // stages, but for the first, and hops
  Waits waits = {};
};

bool same(double a, double b) { return !(a < b) && !(b < a); }

// Hops that `left` micro-batches can put on the path in groups of at most `group`.
double hops_of_groups(std::int64_t left, std::int64_t group) {
  if (group < 2) return 0;
  const std::int64_t groups = left / group;
  const std::int64_t rest = left % group;
  return static_cast<double>(groups * 2 * (group - 1) + (rest > 1 ? 2 * (rest - 1) : 0));
}

// The longest stay: groups of K go back to the first stage, which saves its missing product each
// time and pays two more hops. What `whole` such groups give is a linear function of `whole` plus
// one that repeats every K-1: the longest is among the first or the last K-1.
double longest_latency(const Pipeline& pipeline, double hop_s, double saved_s) {
  const std::int64_t left = pipeline.micro_batches - 1;
  const std::int64_t most = left / pipeline.stages;
  double longest_s = 0;
  const auto try_groups = [&](std::int64_t whole) {
    const double hops = static_cast<double>(whole * 2 * (pipeline.stages - 1)) +
                        hops_of_groups(left - whole * pipeline.stages, pipeline.stages - 1);
    longest_s = std::max(longest_s, hops * hop_s - static_cast<double>(whole) * saved_s);
  };
  for (std::int64_t whole = 0; whole <= std::min<std::int64_t>(most, pipeline.stages); ++whole) {
    try_groups(whole);
    try_groups(most - whole);
  }
  return longest_s;
}

Schedule schedule_of(const Setup& setup, const std::vector<StageTimes>& stages) {
  const Pipeline pipeline = pipeline_of(setup);
  const StageSteps steps(setup, stages);
  return steps.schedule(setup.training.iterations, [&](std::size_t stage) {
    const std::int64_t ahead =
        std::min(pipeline.stages - 1 - static_cast<std::int64_t>(stage), pipeline.micro_batches);
    std::vector<Segment> program;
    add_segment(program, {steps.forward(stage)}, ahead);
    add_segment(program, {steps.forward(stage), steps.backward(stage)},
                pipeline.micro_batches - ahead);
    add_segment(program, {steps.backward(stage)}, ahead);
    add_segment(program, {steps.update(stage)});
    return program;
  });
}

Parts bound_of(const Setup& setup, const std::vector<StageTimes>& stages) {
  const Pipeline pipeline = pipeline_of(setup);
  Parts parts;
  double reach_s = 0;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const StageTimes& mine = stages[stage];
    const double stay_s =
        static_cast<double>(pipeline.micro_batches) * (mine.forward_s + mine.backward_s);
    if (reach_s + stay_s >= parts.round_trip_s + parts.stay_s) {
      parts.round_trip_s = reach_s;
      parts.stay_s = stay_s;
      parts.forward_s = mine.forward_s;
      parts.backward_s = mine.backward_s;
    }
    reach_s += mine.forward_s + mine.backward_s + mine.hop_s + mine.back_hop_s;
    const bool inner = stage > 0;
    parts.alike = parts.alike && same(mine.forward_s, stages.front().forward_s) &&
                  (!inner || same(mine.backward_s, stages.back().backward_s)) &&
                  (stage + 1 == stages.size() || (same(mine.hop_s, stages.front().hop_s) &&
                                                  same(mine.back_hop_s, stages.front().hop_s)));
  }
  // The first stage ends its last backward pass and updates before the next mini-batch can start.
  parts.update_s = stages.front().update_s;
  // Elsewhere the bound leaves these hops out; `waits` makes up for them.
  if (parts.alike)
    parts.latency_s = longest_latency(pipeline, stages.front().hop_s,
                                      stages.back().backward_s - stages.front().backward_s);
  return parts;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iteration =
      T::seconds("t_round_trip", parts.round_trip_s) +
      T::number("M", static_cast<double>(pipeline_of(setup).micro_batches)) *
          (T::seconds("t_forward", parts.forward_s) + T::seconds("t_backward", parts.backward_s)) +
      T::seconds("t_latency", parts.latency_s) + T::seconds("t_update(n/P)", parts.update_s);
  return with_waits(
      T::number("iterations", static_cast<double>(setup.training.iterations)) * iteration,
      parts.waits);
}

Parts parts_of(const Setup& setup) {
  const std::vector<StageTimes> stages = stage_times(setup, false);
  Parts parts = bound_of(setup, stages);
  parts.waits = waits_beyond(schedule_of(setup, stages), expression_of<double>(setup, parts));
  return parts;
}

}  // namespace

Formula formula(const Setup& setup) { return expression_of<Formula>(setup, parts_of(setup)); }

ClosedForm closed_form(const Setup& setup) {
  const Parts parts = parts_of(setup);
  ClosedForm form = form_with_waits(setup, false, expression_of<double>(setup, parts), parts.waits);
  form.memory = pipeline_memory(setup, false, [](const Pipeline& pipeline, int stage) {
    return std::min<std::int64_t>(pipeline.micro_batches, pipeline.stages - stage);
  });
  return form;
}

}  // namespace lockstep::models::pipeline_1f1b_plan
