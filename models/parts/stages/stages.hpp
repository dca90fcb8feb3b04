// Pipelines: what one stage does with one micro-batch, and what all pipelines have in common.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/stages/layer_block.hpp"

namespace lockstep::models {

// How a mini-batch goes through the stages. Stage s is rank s.
struct Pipeline {
  int stages = 1;
  std::int64_t micro_batches = 1;  // 1 where the algorithm has no such option
  std::int64_t samples = 0;        // of one micro-batch
};
[[nodiscard]] Pipeline pipeline_of(const Setup& setup);

// The worker's stage, whose messages of this micro-batch have this tag.
[[nodiscard]] LayerBlock stage_block(const Worker& worker, Tag tag);
// Receives the activations of a micro-batch, computes them on, and posts them to the next stage.
[[nodiscard]] Program stage_forward(Worker& worker, std::int64_t micro_batch, Weights weights = {});
// Receives the gradient of a micro-batch's activations, computes it back, and posts it. With
// `rematerialize`, the stage's activations are computed once more first.
[[nodiscard]] Program stage_backward(Worker& worker, std::int64_t micro_batch, bool rematerialize,
                                     Weights weights = {});
// The same once the gradient is there: nothing is received.
[[nodiscard]] Program stage_backward_from_here(Worker& worker, std::int64_t micro_batch);
// The same in two parts: gradients by inputs, from receiving to posting, and gradients by weights.
[[nodiscard]] Program stage_backward_input(Worker& worker, std::int64_t micro_batch);
[[nodiscard]] Program stage_backward_weight(Worker& worker, std::int64_t micro_batch);
// Updates the stage's parameters.
[[nodiscard]] Program stage_update(Worker& worker, std::int64_t staleness, const UpdateRule& rule);
[[nodiscard]] Program stage_update(Worker& worker, std::int64_t staleness = 0);

// The times of one stage, in seconds, for one micro-batch.
struct StageTimes {
  double forward_s = 0;
  double backward_s = 0;
  double backward_weight_s = 0;  // the part of it that is gradients by weights
  // Messages to the next stage and back from it, alone: 0 for the last stage. The parts of them
  // that keep a link busy.
  double hop_s = 0;
  double back_hop_s = 0;
  double transfer_s = 0;
  double back_transfer_s = 0;
  double update_s = 0;
};
[[nodiscard]] std::vector<StageTimes> stage_times(const Setup& setup, bool rematerialize);

// Adds FLOPs, bytes and messages of the whole run.
void count_pipeline(ClosedForm& form, const Setup& setup, bool rematerialize);

// Memory of one stage that keeps the activations of `kept` micro-batches at most; re-materialising
// stages keep only the inputs of all but one.
[[nodiscard]] Memory stage_memory(const Setup& setup, bool rematerialize, int stage,
                                  std::int64_t kept);
// That of the stage that needs most, by `memory_of(stage)`.
template <class MemoryOf>
[[nodiscard]] Memory most_memory(const Setup& setup, const MemoryOf& memory_of) {
  Memory most;
  for (int stage = 0; stage < setup.workers; ++stage) {
    const Memory mine = memory_of(stage);
    if (mine.total() > most.total()) most = mine;
  }
  return most;
}
// Memory of the stage that needs most, when stage s keeps the activations of `in_flight(s)`
// micro-batches.
[[nodiscard]] Memory pipeline_memory(const Setup& setup, bool rematerialize,
                                     std::int64_t (*in_flight)(const Pipeline&, int stage));

// Messages of stages that go on at once never share a channel: forward ones among themselves, and
// with `both_ways` also with backward ones.
[[nodiscard]] bool stages_do_not_contend(const Setup& setup, bool both_ways);

// The faults that all pipelines have: more stages than hosts or layers; and, where a mini-batch is
// divided, micro-batches that do not divide it.
void check_pipeline(const Setup& setup, Faults& faults);
// The former alone; `option` says how many stages.
void check_stages(const Setup& setup, Faults& faults, std::string_view option = "stages");
[[nodiscard]] int pipeline_workers(const Options& options, int hosts);

}  // namespace lockstep::models
