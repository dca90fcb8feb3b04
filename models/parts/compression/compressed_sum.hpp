// The sum of gradients over all workers, or a group of them, as the options `compression` and
// `allreduce` select it.
//
//   none       the allreduce itself
//   one_bit,   each of P workers owns a P-th of the gradients: it gets that block from the P-1
//   sign       others, encoded, decodes and sums (sign: counts votes), encodes the sum once more
//              and sends it to all. Two encodings, two residuals. Encoded sums cannot go on round a
//              ring, so every block travels straight from worker to owner: P-1 rounds, in the r-th
//              of which each worker sends to the r-th one after it, and again for the result.
//              Seide et al.: "1-bit stochastic gradient descent", Interspeech 2014.
//   top_k      each worker sends what it keeps to all others, in the same P-1 rounds; then all add
//              up what they have.
//   power_sgd  two allreduces, of the left factors and of the right ones: factors can be summed.
//
// Servers take part in sums of all workers only. A single worker sends and encodes nothing.
#pragma once

#include <type_traits>

#include "models/parts/collectives/allreduce.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// Sums `gradients` over the group. They must be those of whole layers, or of a rank's parts of
// layers.
[[nodiscard]] Program sum_gradients(Worker& worker, Group group, Payload gradients, Tag tag);
[[nodiscard]] inline Program sum_gradients(Worker& worker, const Payload& gradients, Tag tag) {
  return sum_gradients(worker, all_workers(worker.setup()), gradients, tag);
}
// Runs a server's part of the sum.
[[nodiscard]] Program serve_gradient_sum(Worker& server, Payload gradients, Tag tag);

[[nodiscard]] CollectiveCounts gradient_sum_counts(const Setup& setup, Group group,
                                                   const Payload& gradients);
[[nodiscard]] inline CollectiveCounts gradient_sum_counts(const Setup& setup,
                                                          const Payload& gradients) {
  return gradient_sum_counts(setup, all_workers(setup), gradients);
}
[[nodiscard]] ClaimedTime gradient_sum_duration(const Setup& setup, NetworkView& network,
                                                Group group, const Payload& gradients);
[[nodiscard]] inline ClaimedTime gradient_sum_duration(const Setup& setup, NetworkView& network,
                                                       const Payload& gradients) {
  return gradient_sum_duration(setup, network, all_workers(setup), gradients);
}
[[nodiscard]] Formula gradient_sum_formula(const Setup& setup, NetworkView& network,
                                           const Payload& gradients);
// Returns the term of one sum, as `allreduce_term` does: `seconds`, or the formula behind it.
template <class Term>
[[nodiscard]] Term gradient_sum_term(const Setup& setup, NetworkView& network,
                                     const Payload& gradients, double seconds) {
  if (compression_of(setup.options).none())
    return allreduce_term<Term>(setup, network, ScalarKind::gradient, seconds);
  if constexpr (std::is_same_v<Term, Formula>)
    return gradient_sum_formula(setup, network, gradients);
  else
    return seconds;
}

// Weakens the claim of sums that go on while workers compute, where folds or codings take the
// workers' devices. Engines and dedicated servers fold beside the devices.
void weaken_sums_beside_passes(const Setup& setup, ClaimedTime& claim);
// Returns the number of servers that the allreduce goes through; 0 if there is no allreduce.
[[nodiscard]] int gradient_sum_servers(const Options& chosen);
void check_gradient_sum(const Setup& setup, Faults& faults);
[[nodiscard]] Memory gradient_sum_server_memory(const Setup& setup);
// Returns the bytes that a worker holds temporarily during such a sum: what it has received but not
// yet folded, and what it has encoded.
[[nodiscard]] Count gradient_sum_buffers(const Setup& setup, Group group, const Payload& gradients);
[[nodiscard]] inline Count gradient_sum_buffers(const Setup& setup, const Payload& gradients) {
  return gradient_sum_buffers(setup, all_workers(setup), gradients);
}
// Returns the bytes of the residuals of a worker that sums `gradients` gradients in a group: one
// scalar for each of them and, if the worker owns a block, one for each scalar of the block.
[[nodiscard]] Count residual_bytes(const Setup& setup, Group group, std::int64_t gradients);
[[nodiscard]] inline Count residual_bytes(const Setup& setup) {
  return residual_bytes(setup, all_workers(setup), setup.mlp.parameters());
}

}  // namespace lockstep::models
