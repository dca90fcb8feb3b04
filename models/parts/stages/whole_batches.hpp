// Whole mini-batches that follow each other through the stages of a pipeline without a flush: every
// stage updates after each of its backward passes and goes on.
//
// Stage s (from 0) of K first runs a number of forward passes, then alternates forward and backward
// passes (1F1B), then runs the remaining backward passes. Between the two passes of a mini-batch
// the stage makes as many updates of its own as it is mini-batches ahead. This number is the
// staleness that is reported.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

struct WholeBatches {
  // Stage s is depth (K-1-s) mini-batches ahead. With depth 1, a stage that is done with a
  // mini-batch waits for the next gradient. With depth 2, twice as many mini-batches are under way,
  // and every message has the time of one forward and one backward pass to arrive.
  std::int64_t depth = 1;
  const UpdateRule* update = nullptr;  // null: the training's optimizer
  // Computes the parameters that a forward pass uses, before each one. Null: passes use the stage's
  // parameters as they are.
  const UpdateRule* predict = nullptr;
  const UpdateRule* predict_back = nullptr;  // before a backward pass; costs the same
  std::int64_t copies = 0;  // extra copies of a stage's parameters, such as predicted ones

  [[nodiscard]] const UpdateRule& update_rule(const Setup& setup) const {
    return update == nullptr ? setup.step_rule() : *update;
  }
  [[nodiscard]] std::int64_t ahead(int stages, int stage) const {
    return depth * (stages - 1 - stage);
  }
};

// Counts a stage's own updates between the forward and the backward pass of each mini-batch.
// Mini-batches go back in the order in which they went forward.
class OwnUpdates {
 public:
  void went_forward() { at_forward_.push_back(updates_); }
  // Returns the number of updates made before the oldest mini-batch under way went forward.
  [[nodiscard]] std::int64_t version() const { return at_forward_.front(); }
  // Uses the oldest mini-batch under way for an update and returns its staleness.
  [[nodiscard]] std::int64_t staleness() {
    const std::int64_t then = at_forward_.front();
    at_forward_.pop_front();
    return updates_++ - then;
  }

 private:
  std::int64_t updates_ = 0;
  std::deque<std::int64_t> at_forward_;
};

// Returns the staleness over all stages. Stage s makes `delay(s)` updates between the passes of a
// mini-batch, and fewer between those of the first mini-batches.
template <class Delay>
[[nodiscard]] ClaimedStaleness staleness_of_stages(const Setup& setup, const Delay& delay) {
  const std::int64_t batches = setup.training.iterations;
  ClaimedStaleness result;
  Count sum = 0;
  for (int stage = 0; stage < setup.workers; ++stage) {
    const std::int64_t full = std::min(delay(stage), batches - 1);
    sum += Count{full} * (full - 1) / 2 + Count{batches - full} * full;
    result.max = std::max(result.max, full);
  }
  result.mean = to_double(sum) / (static_cast<double>(batches) * setup.workers);
  return result;
}

[[nodiscard]] Program whole_batches_program(Worker& worker, WholeBatches plan);
// Returns counts, time, memory and staleness.
[[nodiscard]] ClosedForm whole_batches_closed_form(const Setup& setup, WholeBatches plan);
[[nodiscard]] Formula whole_batches_formula(const Setup& setup, WholeBatches plan);

// Completes `words` to the record of an algorithm with such a plan.
template <WholeBatches (*plan_of)(const Setup&)>
[[nodiscard]] constexpr Algorithm of_whole_batches(Algorithm words) {
  words.samples_of_gradient = all_used_samples;
  words.family = Family::model_parallel;
  words.workers = pipeline_workers;
  words.servers = no_servers;
  words.check = check_pipeline;
  words.program = [](Worker& worker) {
    return whole_batches_program(worker, plan_of(worker.setup()));
  };
  words.closed_form = [](const Setup& setup) {
    return whole_batches_closed_form(setup, plan_of(setup));
  };
  words.formula = [](const Setup& setup) { return whole_batches_formula(setup, plan_of(setup)); };
  words.pipeline = true;
  words.unflushed = true;
  return words;
}

}  // namespace lockstep::models
