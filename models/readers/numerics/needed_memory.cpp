#include "models/readers/numerics/needed_memory.hpp"

#include <algorithm>

#include "models/cost/algorithm.hpp"

namespace lockstep::models {

namespace {

// Of one mini-batch, before each layer and after the last.
Count activations_of_worker(const Setup& setup) {
  Count features = 0;
  for (std::int64_t layer = 0; layer <= setup.mlp.layers; ++layer)
    features += setup.mlp.activations_before(layer);
  return features * setup.batch_per_worker;
}

}  // namespace

Count least_bytes_of_numbers(const Setup& computed, int ranks) {
  constexpr Count scalar = sizeof(float);
  const Count model = computed.mlp.parameters();
  // Sums in double precision, their counts, and the mean.
  constexpr Count scalars_of_point = 4;
  Count scalars = (2 + scalars_of_point) * model;
  if (computed.algorithm->shared_memory) scalars += model;
  const bool divides_data = computed.algorithm->family == Family::data_parallel;
  auto* const versions = computed.algorithm->versions;
  for (Rank rank = 0; rank < std::min(ranks, computed.ranks()); ++rank) {
    scalars += 2 * model;
    if (versions != nullptr)
      scalars +=
          std::min(Count{versions(computed, rank)}, Count{computed.training.iterations}) * model;
    if (divides_data && !computed.is_server(rank)) scalars += activations_of_worker(computed);
  }
  return scalars * scalar;
}

}  // namespace lockstep::models
