#include "models/parts/compression/compressed_scatter.hpp"

namespace lockstep::models {

namespace {

const Collective& reduce_scatter() { return *find_collective("reduce_scatter"); }

Program nothing_to_scatter() { co_return; }

}  // namespace

Program scatter_gradient_sum(Worker& worker, Payload gradients, Tag tag) {
  const Setup& setup = worker.setup();
  const Compression compression = compression_of(setup.options);
  const Group all = all_workers(setup);
  if (compression.none()) return reduce_scatter().program(worker, gradients, tag);
  if (setup.workers == 1) return nothing_to_scatter();
  if (compression.encoding == Encoding::low_rank)
    return sum_of_factors(worker, all, gradients, tag);
  return sum_at_owners(worker, all, gradients, tag);
}

CollectiveCounts gradient_scatter_counts(const Setup& setup, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Group all = all_workers(setup);
  if (compression.none()) return reduce_scatter().counts(setup, scalars_of(setup.mlp, gradients));
  if (setup.workers == 1) return {};
  if (compression.encoding == Encoding::low_rank) return factors_counts(setup, all, gradients);
  return at_owners_counts(setup, all, gradients);
}

SumParts gradient_scatter_parts(const Setup& setup, NetworkView& network,
                                const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Group all = all_workers(setup);
  if (compression.none())
    return {.rounds = reduce_scatter().duration(setup, network, scalars_of(setup.mlp, gradients))};
  if (setup.workers == 1) return {};
  if (compression.encoding == Encoding::low_rank)
    return factors_parts(setup, network, all, gradients);
  return at_owners_parts(setup, network, all, gradients);
}

Count gradient_scatter_buffers(const Setup& setup, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Group all = all_workers(setup);
  if (setup.workers == 1) return 0;
  if (compression.none())
    return Count{reduce_scatter().unfolded(setup, all, scalars_of(setup.mlp, gradients))} *
           setup.mlp.precision.gradients;
  if (compression.encoding == Encoding::low_rank) return factors_buffers(setup, all, gradients);
  return at_owners_buffers(setup, all, gradients);
}

Count scatter_residual(const Setup& setup) {
  const Compression compression = compression_of(setup.options);
  const bool kept = compression.error_feedback && !compression.none() && setup.workers > 1;
  return kept ? setup.mlp.parameters() : 0;
}

}  // namespace lockstep::models
