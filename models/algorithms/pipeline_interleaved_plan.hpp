// What the program and the closed form of `pipeline_interleaved` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/parts/stages/stages.hpp"

namespace lockstep::models::pipeline_interleaved_plan {

// The order of work on a stage. Its forwards of a mini-batch, and likewise its backwards, are turns
// numbered 0 .. M v - 1, with M micro-batches and v chunks.
struct Interleaving {
  Pipeline pipeline;
  std::int64_t chunks = 1;  // of each stage

  [[nodiscard]] std::int64_t turns() const { return pipeline.micro_batches * chunks; }
  [[nodiscard]] std::int64_t blocks() const { return pipeline.stages * chunks; }
  // Return the number of the stage's chunk, or of the micro-batch, that a turn works on.
  [[nodiscard]] std::int64_t forward_chunk(std::int64_t turn) const {
    return turn % blocks() / pipeline.stages;
  }
  [[nodiscard]] std::int64_t backward_chunk(std::int64_t turn) const {
    return chunks - 1 - forward_chunk(turn);
  }
  [[nodiscard]] std::int64_t micro_batch(std::int64_t turn) const {
    return turn / blocks() * pipeline.stages + turn % pipeline.stages;
  }
  // Returns the number of forwards before the first backward, less one, or all of them if there are
  // no more.
  [[nodiscard]] std::int64_t ahead(Rank stage) const {
    const std::int64_t after = pipeline.stages - stage - 1;
    const std::int64_t wanted = chunks == 1 ? after : 2 * after + (chunks - 1) * pipeline.stages;
    return std::min(wanted, turns());
  }
};

[[nodiscard]] std::int64_t chunks_of(const Setup& setup);

[[nodiscard]] Interleaving interleaving_of(const Setup& setup);

[[nodiscard]] LayerRange layers_of_block(const Setup& setup, const Interleaving& order,
                                         std::int64_t block);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::pipeline_interleaved_plan
