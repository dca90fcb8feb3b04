// Pipelines: what one stage does with one micro-batch, and what all pipelines have in common.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/stages/layer_block.hpp"

namespace lockstep::models {

// How a mini-batch goes through the stages. Stage s is rank s.
struct Pipeline {
  int stages = 1;
  std::int64_t micro_batches = 1;  // 1 where the algorithm has no such option
  std::int64_t samples = 0;        // of one micro-batch
};
[[nodiscard]] Pipeline pipeline_of(const Setup& setup);

// Returns the block of the worker's stage, whose messages to and from both neighbours have tag
// `tag`.
[[nodiscard]] LayerBlock stage_block(const Worker& worker, Tag tag);
// Receives the activations of a micro-batch, runs the forward pass, and posts the result to the
// next stage.
[[nodiscard]] Program stage_forward(Worker& worker, std::int64_t micro_batch, Weights weights = {});
// Receives the gradient of a micro-batch's activations, runs the backward pass, and posts the
// gradient to the previous stage. With `rematerialize`, the stage's activations are recomputed
// first.
[[nodiscard]] Program stage_backward(Worker& worker, std::int64_t micro_batch, bool rematerialize,
                                     Weights weights = {});
// Runs the backward pass once the gradient is stored, without receiving anything, and posts the
// gradient.
[[nodiscard]] Program stage_backward_from_here(Worker& worker, std::int64_t micro_batch);
// The two parts of a backward pass. `stage_backward_input` receives the gradient, computes the
// gradients with respect to inputs and posts them; `stage_backward_weight` computes the gradients
// with respect to weights.
[[nodiscard]] Program stage_backward_input(Worker& worker, std::int64_t micro_batch);
[[nodiscard]] Program stage_backward_weight(Worker& worker, std::int64_t micro_batch);
// Updates the stage's parameters.
[[nodiscard]] Program stage_update(Worker& worker, std::int64_t staleness, const UpdateRule& rule);
[[nodiscard]] Program stage_update(Worker& worker, std::int64_t staleness = 0);

// The times of one stage, in seconds, for one micro-batch.
struct StageTimes {
  double forward_s = 0;
  double backward_s = 0;
  double backward_weight_s = 0;  // the part of `backward_s` for gradients with respect to weights
  // The time of a message to the next stage and of one back from it, each alone on the network, and
  // the parts of these times that keep a link busy. All are 0 for the last stage.
  double hop_s = 0;
  double back_hop_s = 0;
  double transfer_s = 0;
  double back_transfer_s = 0;
  double update_s = 0;
};
[[nodiscard]] std::vector<StageTimes> stage_times(const Setup& setup, bool rematerialize);

// Adds the FLOPs, bytes and messages of the whole run.
void count_pipeline(ClosedForm& form, const Setup& setup, bool rematerialize);

// Returns the memory of one stage that keeps the activations of at most `kept` micro-batches. A
// stage that re-materialises keeps only the inputs of all micro-batches but one.
[[nodiscard]] Memory stage_memory(const Setup& setup, bool rematerialize, int stage,
                                  std::int64_t kept);
// Returns `memory_of(stage)` for the stage that needs most.
template <class MemoryOf>
[[nodiscard]] Memory most_memory(const Setup& setup, const MemoryOf& memory_of) {
  Memory most;
  for (int stage = 0; stage < setup.workers; ++stage) {
    const Memory mine = memory_of(stage);
    if (mine.total() > most.total()) most = mine;
  }
  return most;
}
// Returns the memory of the stage that needs most, when stage s keeps the activations of
// `in_flight(s)` micro-batches.
[[nodiscard]] Memory pipeline_memory(const Setup& setup, bool rematerialize,
                                     std::int64_t (*in_flight)(const Pipeline&, int stage));

// Whether messages that are under way at once never share a channel: forward messages among
// themselves and, with `both_ways`, forward with backward messages.
[[nodiscard]] bool stages_do_not_contend(const Setup& setup, bool both_ways);

// Adds the faults that all pipelines can have: more stages than hosts or layers and, where a
// mini-batch is divided, a number of micro-batches that does not divide it.
void check_pipeline(const Setup& setup, Faults& faults);
// Adds only the faults of more stages than hosts or layers; `option` is the one that sets the
// number of stages.
void check_stages(const Setup& setup, Faults& faults, const IntegerOption& option = stages_option);
[[nodiscard]] int pipeline_workers(const Options& options, int hosts);

// Completes the record of an algorithm whose ranks are stages that micro-batches go through: what
// all of them have in common, where `words` does not say otherwise.
[[nodiscard]] constexpr Algorithm on_stages(Algorithm words) {
  words.family = Family::model_parallel;
  if (words.workers == nullptr) words.workers = pipeline_workers;
  words.servers = no_servers;
  if (words.check == nullptr) words.check = check_pipeline;
  words.pipeline = true;
  words.samples_of_gradient = all_used_samples;
  return words;
}

}  // namespace lockstep::models
