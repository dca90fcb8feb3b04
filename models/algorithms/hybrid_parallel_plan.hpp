// What the program and the closed form of `hybrid_parallel` share.
#pragma once

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/parts/compression/compressed_sum.hpp"
#include "models/parts/stages/tensor_split.hpp"

namespace lockstep::models::hybrid_parallel_plan {

[[nodiscard]] int parts_of(const Setup& setup);

[[nodiscard]] int replicas_of(const Setup& setup);

// Return the ranks of the same replica, and the ranks that have the same part in all replicas.
[[nodiscard]] inline Group replica_of(const Setup& setup, Rank rank) {
  return {rank - rank % parts_of(setup), parts_of(setup), 1};
}

[[nodiscard]] inline Group counterparts_of(const Setup& setup, Rank rank) {
  return {rank % parts_of(setup), replicas_of(setup), parts_of(setup)};
}

[[nodiscard]] inline SplitPass pass_of(const Setup& setup, Rank rank) {
  return {replica_of(setup, rank), all_layers(setup.mlp), setup.global_batch / replicas_of(setup)};
}

[[nodiscard]] inline std::int64_t parameters_of_part(const Setup& setup) {
  return setup.mlp.parameters() / parts_of(setup);
}

[[nodiscard]] inline Payload own_gradients(const Setup& setup) {
  return {.buffer = Buffer::own_gradients,
          .count = parameters_of_part(setup),
          .layout = {all_layers(setup.mlp), parts_of(setup), split_of(setup.options)}};
}

[[nodiscard]] ClosedForm closed_form(const Setup& setup);
[[nodiscard]] Formula formula(const Setup& setup);

}  // namespace lockstep::models::hybrid_parallel_plan
