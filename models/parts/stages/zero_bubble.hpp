// Zero-bubble pipelines: the backward pass is split into the gradients with respect to inputs (B),
// which the stage before waits for, and the gradients with respect to weights (W), which nobody
// waits for and which fill bubbles.
//
// Qi et al.: "Zero Bubble Pipeline Parallelism", arXiv:2401.10241. A stage starts with a number of
// forwards (F), then repeats: one B; one W if more than `lag` micro-batches wait for theirs; one F
// if any is left. The remaining Ws come last. The result of a B is sent upstream as soon as it
// ends.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/language/common_options.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models {

// ZB-H1 has depth 1: K-s forwards first and a lag of s at stage s (from 0) of K. ZB-H2 has depth 2:
// 2(K-s)-1 forwards and a lag of 2s.
struct ZeroBubble {
  std::int64_t depth = 1;

  [[nodiscard]] std::int64_t forwards_first(const Pipeline& pipeline, int stage) const {
    return std::min(depth * (pipeline.stages - stage) - (depth - 1), pipeline.micro_batches);
  }
  [[nodiscard]] std::int64_t lag(int stage) const { return depth * stage; }
};

// Returns the largest number of micro-batches whose activations a stage keeps, from F to W. After
// the first forwards come `lag` Bs, each with an F after it, before the first W. The number of
// first forwards plus `lag` is the same at every stage.
template <std::int64_t depth>
[[nodiscard]] std::int64_t zero_bubble_in_flight(const Pipeline& pipeline, int /*stage*/) {
  return std::min(pipeline.micro_batches, depth * pipeline.stages - (depth - 1));
}

[[nodiscard]] Program zero_bubble_program(Worker& worker, ZeroBubble schedule);

// Returns counts and time, but no memory. The time is exact for one stage, and for more stages
// where the schedule's waits are exact (`Waits`); otherwise it is a lower bound.
[[nodiscard]] ClosedForm zero_bubble_closed_form(const Setup& setup, ZeroBubble schedule);
[[nodiscard]] Formula zero_bubble_formula(const Setup& setup, ZeroBubble schedule);

inline constexpr auto zero_bubble_options = option_table(micro_batches_option, stages_option);

// Completes `words` to the record of an algorithm with such a schedule.
template <std::int64_t depth>
[[nodiscard]] constexpr Algorithm of_zero_bubble(Algorithm words) {
  words.samples_of_gradient = all_used_samples;
  words.family = Family::model_parallel;
  words.workers = pipeline_workers;
  words.servers = no_servers;
  words.check = check_pipeline;
  words.program = [](Worker& worker) { return zero_bubble_program(worker, {depth}); };
  words.closed_form = [](const Setup& setup) {
    ClosedForm form = zero_bubble_closed_form(setup, {depth});
    form.memory = pipeline_memory(setup, false, zero_bubble_in_flight<depth>);
    return form;
  };
  words.formula = [](const Setup& setup) { return zero_bubble_formula(setup, {depth}); };
  words.pipeline = true;
  return words;
}

}  // namespace lockstep::models
