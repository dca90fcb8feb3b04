// What the program and the closed form of `three_d_parallel` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/stages.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models::three_d_parallel_plan {

// The arrangement of the ranks, and the position of one of them.
struct Place {
  int parts = 1;
  int stages = 1;
  int replicas = 1;
  std::int64_t micro_batches = 1;
  int stage = 0;
  Rank rank = 0;

  [[nodiscard]] int ranks_of_stage() const { return parts * replicas; }
  [[nodiscard]] int part() const { return rank % parts; }
  [[nodiscard]] int replica() const { return rank % ranks_of_stage() / parts; }
  [[nodiscard]] Group layer_group() const { return {rank - part(), parts, 1}; }
  [[nodiscard]] Group counterparts() const {
    return {stage * ranks_of_stage() + part(), replicas, parts};
  }
  [[nodiscard]] bool last_stage() const { return stage + 1 == stages; }
};

[[nodiscard]] Place place_of(const Setup& setup, Rank rank);

[[nodiscard]] inline SplitPass pass_of(const Setup& setup, const Place& place) {
  return {place.layer_group(), layers_of_stage(setup.mlp, place.stages, place.stage),
          setup.global_batch / (place.replicas * place.micro_batches)};
}

[[nodiscard]] inline std::int64_t parameters_of_rank(const Setup& setup, const Place& place) {
  return setup.mlp.parameters(pass_of(setup, place).layers) / place.parts;
}

[[nodiscard]] inline Payload own_gradients(const Setup& setup, const Place& place) {
  return {.buffer = Buffer::own_gradients,
          .count = parameters_of_rank(setup, place),
          .layout = {pass_of(setup, place).layers, place.parts, split_of(setup.options)}};
}

// Returns what a rank sends to a neighbouring stage: all activations before `layer`, or its part of
// them.
[[nodiscard]] Payload sent_on(const Setup& setup, const Place& place, Buffer buffer,
                              std::int64_t layer, std::int64_t micro_batch);

[[nodiscard]] inline Payload sent_forward(const Setup& setup, const Place& place,
                                          std::int64_t micro_batch = 0) {
  return sent_on(setup, place, Buffer::activations, pass_of(setup, place).layers.end(),
                 micro_batch);
}

[[nodiscard]] inline Payload sent_back(const Setup& setup, const Place& place,
                                       std::int64_t micro_batch = 0) {
  return sent_on(setup, place, Buffer::activation_gradients, pass_of(setup, place).layers.first,
                 micro_batch);
}

void check(const Setup& setup, Faults& faults);

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::three_d_parallel_plan
