#include "models/parts/stages/zero_bubble.hpp"

#include <algorithm>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/parts/stages/stage_steps.hpp"

namespace lockstep::models {

Program zero_bubble_program(Worker& worker, ZeroBubble schedule) {
  const Setup& setup = worker.setup();
  const Pipeline pipeline = pipeline_of(setup);
  const std::int64_t first = schedule.forwards_first(pipeline, worker.rank());
  for (std::int64_t iteration = 0; iteration < setup.training.iterations; ++iteration) {
    co_await worker.begin_iteration();
    std::int64_t forwards = 0;
    std::int64_t weights = 0;
    while (forwards < first) co_await stage_forward(worker, forwards++);
    for (std::int64_t index = 0; index < pipeline.micro_batches; ++index) {
      co_await stage_backward_input(worker, index);
      if (index + 1 - weights > schedule.lag(worker.rank()))
        co_await stage_backward_weight(worker, weights++);
      if (forwards < pipeline.micro_batches) co_await stage_forward(worker, forwards++);
    }
    while (weights < pipeline.micro_batches) co_await stage_backward_weight(worker, weights++);
    co_await stage_update(worker);
  }
}

namespace {

// Two chains that no schedule can shorten. The first micro-batch reaches stage s; there all F and B
// follow one another, and the Ws that the schedule puts before the last B; the last micro-batch
// goes back to the first stage, which has at least one W and the update to do before the next
// mini-batch. Or, in the last mini-batch, stage s does all its Ws and its own update.
struct Parts {
  double round_trip_s = 0;      // to stage s and back, computation and hops
  double stay_s = 0;            // all F and B there
  double forward_s = 0;         // one F
  double backward_input_s = 0;  // one B
  double weights_s = 0;         // Ws before the last B, and the first stage's last
  double update_s = 0;
  double tail_s = 0;  // by which the last mini-batch takes longer than the others
  Waits waits = {};

  [[nodiscard]] double iteration_s() const { return round_trip_s + stay_s + weights_s + update_s; }
};

// The Bs of a mini-batch in up to three runs: a W goes with all but the first, an F with all but
// the last.
std::vector<Segment> program_of(const StageSteps& steps, std::size_t stage, std::int64_t first,
                                std::int64_t lag, std::int64_t micro_batches) {
  std::vector<Segment> program;
  add_segment(program, {steps.forward(stage)}, first);
  const std::int64_t with_forward = micro_batches - first;
  lag = std::min(lag, micro_batches);
  std::int64_t from = 0;
  for (const std::int64_t to :
       {std::min(lag, with_forward), std::max(lag, with_forward), micro_batches}) {
    Steps turn = {steps.backward_input(stage)};
    if (from >= lag) turn.push_back(steps.backward_weight(stage));
    if (from < with_forward) turn.push_back(steps.forward(stage));
    add_segment(program, std::move(turn), to - from);
    from = to;
  }
  add_segment(program, {steps.backward_weight(stage)}, lag);
  add_segment(program, {steps.update(stage)});
  return program;
}

Schedule schedule_of(const Setup& setup, const std::vector<StageTimes>& stages,
                     ZeroBubble zero_bubble) {
  const Pipeline pipeline = pipeline_of(setup);
  const StageSteps steps(setup, stages);
  return steps.schedule(setup.training.iterations, [&](std::size_t stage) {
    const auto rank = static_cast<int>(stage);
    return program_of(steps, stage, zero_bubble.forwards_first(pipeline, rank),
                      zero_bubble.lag(rank), pipeline.micro_batches);
  });
}

Parts bound_of(const Setup& setup, const std::vector<StageTimes>& stages, ZeroBubble schedule) {
  const std::int64_t micro_batches = pipeline_of(setup).micro_batches;
  const auto all = static_cast<double>(micro_batches);
  const StageTimes& front = stages.front();
  Parts longest;
  double last_s = 0;
  double reach_s = 0;
  double back_s = 0;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const StageTimes& mine = stages[stage];
    const double back_input_s = mine.backward_s - mine.backward_weight_s;
    const std::int64_t before =
        std::max<std::int64_t>(0, micro_batches - 1 - schedule.lag(static_cast<int>(stage)));
    const Parts through{
        .round_trip_s = reach_s + back_s,
        .stay_s = all * (mine.forward_s + back_input_s),
        .forward_s = mine.forward_s,
        .backward_input_s = back_input_s,
        .weights_s = static_cast<double>(before) * mine.backward_weight_s + front.backward_weight_s,
        .update_s = front.update_s};
    if (through.iteration_s() > longest.iteration_s()) longest = through;
    last_s = std::max(last_s, reach_s + all * (mine.forward_s + mine.backward_s) + mine.update_s);
    reach_s += mine.forward_s + mine.hop_s;
    back_s += back_input_s + mine.back_hop_s;
  }
  longest.tail_s = std::max(0.0, last_s - longest.iteration_s());
  return longest;
}

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term iteration = T::seconds("t_round_trip", parts.round_trip_s) +
                         T::number("M", static_cast<double>(pipeline_of(setup).micro_batches)) *
                             (T::seconds("t_forward", parts.forward_s) +
                              T::seconds("t_backward_input", parts.backward_input_s)) +
                         T::seconds("t_backward_weights", parts.weights_s) +
                         T::seconds("t_update(n/P)", parts.update_s);
  const Term all =
      T::number("iterations", static_cast<double>(setup.training.iterations)) * iteration;
  return with_waits(parts.tail_s > 0 ? all + T::seconds("t_last_weights", parts.tail_s) : all,
                    parts.waits);
}

Parts parts_of(const Setup& setup, ZeroBubble schedule) {
  const std::vector<StageTimes> stages = stage_times(setup, false);
  Parts parts = bound_of(setup, stages, schedule);
  parts.waits =
      waits_beyond(schedule_of(setup, stages, schedule), expression_of<double>(setup, parts));
  return parts;
}

}  // namespace

Formula zero_bubble_formula(const Setup& setup, ZeroBubble schedule) {
  return expression_of<Formula>(setup, parts_of(setup, schedule));
}

ClosedForm zero_bubble_closed_form(const Setup& setup, ZeroBubble schedule) {
  const Parts parts = parts_of(setup, schedule);
  return form_with_waits(setup, false, expression_of<double>(setup, parts), parts.waits);
}

}  // namespace lockstep::models
