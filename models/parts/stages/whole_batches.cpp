#include "models/parts/stages/whole_batches.hpp"

#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/parts/stages/stage_steps.hpp"

namespace lockstep::models {

namespace {

// Parameters that a pass is expected to be used with, from the stage's own and its velocity.
Program predict(Worker& worker, const UpdateRule& rule) {
  Payload parameters = block_parameters(
      worker.setup(), layers_of_stage(worker.setup().mlp, worker.workers(), worker.rank()));
  parameters.buffer = Buffer::predicted_parameters;
  co_await worker.update(parameters, 0, rule);
}

}  // namespace

Program whole_batches_program(Worker& worker, WholeBatches plan) {
  const std::int64_t batches = worker.setup().training.iterations;
  const std::int64_t ahead = plan.ahead(worker.workers(), worker.rank());
  const Weights weights{plan.predict == nullptr ? Buffer::parameters
                                                : Buffer::predicted_parameters};
  OwnUpdates updates;
  for (std::int64_t turn = 0; turn < batches + ahead; ++turn) {
    if (turn < batches) {
      co_await worker.begin_iteration();
      if (plan.predict != nullptr) co_await predict(worker, *plan.predict);
      co_await stage_forward(worker, turn, weights);
      updates.went_forward();
    } else {  // nothing is to be done until the first one comes back
      turn = std::max(turn, ahead);
    }
    if (turn < ahead) continue;
    if (plan.predict != nullptr) co_await predict(worker, *plan.predict_back);
    co_await stage_backward(worker, turn - ahead, false, weights);
    co_await stage_update(worker, updates.staleness(), plan.update_rule(worker.setup()));
  }
}

namespace {

// A stage's turn: one mini-batch forward, one back, one update.
struct Turn {
  StageTimes times;
  double predict_s = 0;

  [[nodiscard]] double forward_s() const { return predict_s + times.forward_s; }
  [[nodiscard]] double backward_s() const { return predict_s + times.backward_s; }
  [[nodiscard]] double whole_s() const { return forward_s() + backward_s() + times.update_s; }
};

// Updates and predictions take no time where stages were measured.
Turn turn_of(const Setup& setup, const WholeBatches& plan, Rank stage, const StageTimes& times) {
  Turn turn{times, 0};
  if (!setup.measured.empty()) return turn;
  const std::int64_t parameters =
      setup.mlp.parameters(layers_of_stage(setup.mlp, setup.workers, stage));
  turn.times.update_s = update_s(setup, stage, parameters, plan.update_rule(setup));
  if (plan.predict != nullptr) turn.predict_s = update_s(setup, stage, parameters, *plan.predict);
  return turn;
}

// The path that no schedule can shorten: the first mini-batch reaches some stage, which is at work
// from then on, and the last one goes back from there.
struct Parts {
  double reach_s = 0;
  double turn_s = 0;
  double back_s = 0;
  double latency_s = 0;  // by which going to and fro between stages takes longer than staying
  Waits waits = {};

  [[nodiscard]] double staying_s(double batches) const {
    return reach_s + batches * turn_s + back_s;
  }
};

class LongestPath {
 public:
  LongestPath(const Setup& setup, WholeBatches plan)
      : plan_(plan), batches_(setup.training.iterations) {
    for (const StageTimes& times : stage_times(setup, false)) {
      const Rank stage = static_cast<Rank>(turns_.size());
      turns_.push_back(turn_of(setup, plan, stage, times));
    }
    reach_s_.push_back(turns_.front().predict_s);
    back_s_.push_back(turns_.front().times.update_s);
    for (const Turn& turn : turns_) {
      reach_s_.push_back(reach_s_.back() + turn.times.forward_s + turn.times.hop_s);
      back_s_.push_back(back_s_.back() + turn.times.backward_s + turn.times.back_hop_s);
    }
  }

  [[nodiscard]] Schedule schedule(const Setup& setup) const {
    std::vector<StageTimes> times;
    for (const Turn& turn : turns_) times.push_back(turn.times);
    const StageSteps steps(setup, std::move(times));
    // A stage's turns are one after another from the begin of the run to its end.
    return steps.schedule(1, [&](std::size_t stage) {
      const auto stages = static_cast<int>(turns_.size());
      const std::int64_t ahead = std::min(plan_.ahead(stages, static_cast<int>(stage)), batches_);
      const Step predict{.span = nearest_seconds(turns_[stage].predict_s)};
      const Steps there = {predict, steps.forward(stage)};
      const Steps back = {predict, steps.backward(stage), steps.update(stage)};
      Steps both = there;
      both.insert(both.end(), back.begin(), back.end());
      std::vector<Segment> program;
      add_segment(program, there, ahead);
      add_segment(program, both, batches_ - ahead);
      add_segment(program, back, ahead);
      return program;
    });
  }

  [[nodiscard]] Parts parts() const {
    Parts longest;
    double path_s = 0;
    for (std::size_t stage = 0; stage < turns_.size(); ++stage) {
      // The stage's first prediction is made while the first mini-batch is on its way, and its last
      // update while the last gradient goes back; `turn_s` already has both, so they are taken off.
      const Parts staying{.reach_s = reach_s_[stage] - turns_[stage].predict_s,
                          .turn_s = turns_[stage].whole_s(),
                          .back_s = tail_s(stage) - turns_[stage].times.update_s};
      const auto batches = static_cast<double>(batches_);
      if (staying.staying_s(batches) >= longest.staying_s(batches)) longest = staying;
      for (std::size_t turned = first_to_turn_at(); turned < stage; ++turned)
        path_s = std::max(path_s, with_loops_s(turned, stage));
    }
    longest.latency_s = std::max(0.0, path_s - longest.staying_s(static_cast<double>(batches_)));
    return longest;
  }

 private:
  // From the end of a stage's last backward pass to the end of the run.
  [[nodiscard]] double tail_s(std::size_t stage) const {
    return std::max(back_s_[stage], turns_[stage].times.update_s);
  }

  // The first stage that has let in fewer mini-batches than there are when the first comes back: no
  // path turns at those before.
  [[nodiscard]] std::size_t first_to_turn_at() const {
    if (batches_ < 2) return turns_.size();
    const std::int64_t last = std::ssize(turns_) - 1;
    return static_cast<std::size_t>(std::max<std::int64_t>(0, last - (batches_ - 2) / plan_.depth));
  }

  // A path that loops as often as it can. A loop goes from `stage` with a gradient back to the
  // stage `turned`, which then takes a mini-batch forward, and returns with that one to `stage`.
  [[nodiscard]] double with_loops_s(std::size_t turned, std::size_t stage) const {
    const Turn& mine = turns_[stage];
    const auto stages = static_cast<int>(turns_.size());
    const std::int64_t ahead = plan_.ahead(stages, static_cast<int>(stage));
    const std::int64_t first = plan_.ahead(stages, static_cast<int>(turned)) + 1;
    const std::int64_t step = first - ahead;  // mini-batches that one loop stands for
    const std::int64_t loops = (batches_ - 1 - first) / step + 1;
    const double loop_s = back_s_[stage] - back_s_[turned] + turns_[turned].times.update_s +
                          turns_[turned].predict_s + reach_s_[stage] - reach_s_[turned] +
                          mine.times.forward_s + mine.backward_s();
    const std::int64_t left = batches_ - 1 - loops * step;
    const std::int64_t left_forward = std::max<std::int64_t>(0, left - ahead);
    return reach_s_[stage] - mine.predict_s +
           static_cast<double>(ahead + 1 + left_forward) * mine.forward_s() + mine.backward_s() +
           static_cast<double>(loops) * loop_s +
           static_cast<double>(left) * (mine.backward_s() + mine.times.update_s) + tail_s(stage);
  }

  WholeBatches plan_;
  std::int64_t batches_;
  std::vector<Turn> turns_;
  std::vector<double> reach_s_;  // until the first mini-batch reaches a stage
  std::vector<double> back_s_;   // from the end of a stage's backward pass to the first's update
};

template <class Term>
Term expression_of(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Term all = T::seconds("t_fill", parts.reach_s) +
                   T::number("iterations", static_cast<double>(setup.training.iterations)) *
                       T::seconds("t_turn", parts.turn_s) +
                   T::seconds("t_drain", parts.back_s);
  return with_waits(parts.latency_s > 0 ? all + T::seconds("t_latency", parts.latency_s) : all,
                    parts.waits);
}

Parts parts_of(const Setup& setup, WholeBatches plan) {
  const LongestPath path(setup, plan);
  Parts parts = path.parts();
  parts.waits = waits_beyond(path.schedule(setup), expression_of<double>(setup, parts));
  return parts;
}

}  // namespace

Formula whole_batches_formula(const Setup& setup, WholeBatches plan) {
  return expression_of<Formula>(setup, parts_of(setup, plan));
}

ClosedForm whole_batches_closed_form(const Setup& setup, WholeBatches plan) {
  const Parts parts = parts_of(setup, plan);
  ClosedForm form = form_with_waits(setup, false, expression_of<double>(setup, parts), parts.waits);
  const Count batches = setup.training.iterations;
  const std::int64_t update_flops = plan.update_rule(setup).flops;
  const std::int64_t predict_flops = plan.predict == nullptr ? 0 : 2 * plan.predict->flops;
  form.flops[ComputeKind::update] =
      batches * (update_flops + predict_flops) * setup.mlp.parameters();
  form.memory = most_memory(setup, [&](int stage) {
    const std::int64_t ahead = plan.ahead(setup.workers, stage);
    Memory mine = stage_memory(setup, false, stage, std::min(ahead + 1, setup.training.iterations));
    mine.versions =
        plan.copies * mine.parameters +
        update_state_bytes(setup,
                           setup.mlp.parameters(layers_of_stage(setup.mlp, setup.workers, stage)),
                           plan.update_rule(setup));
    return mine;
  });
  form.staleness =
      staleness_of_stages(setup, [&](int stage) { return plan.ahead(setup.workers, stage); });
  return form;
}

}  // namespace lockstep::models
