// The parts of the sum of compressed gradients and of its first half, the reduce-scatter.
#pragma once

#include "models/parts/collectives/collective.hpp"
#include "models/parts/encodings/compression.hpp"

namespace lockstep::models {

// Whether each rank of a group owns a block, which it decodes and sums from what all ranks send.
[[nodiscard]] bool goes_through_owners(const Compression& compression);
[[nodiscard]] Payload owned_block(const Compression& compression, const Payload& whole, Group group,
                                  int owner);
// Returns the collective that sums dense gradients and factors: the one that the options select, or
// a ring.
[[nodiscard]] const Collective& allreduce_or_ring(const Options& chosen);
[[nodiscard]] Payload left_factors(const Setup& setup, const Payload& encoded);
[[nodiscard]] Payload right_factors(const Setup& setup, const Payload& encoded);

// Each rank encodes its gradients and sends every owner its block, which the owner folds. In the
// r-th of P-1 rounds each rank sends to the r-th rank after it.
[[nodiscard]] Program sum_at_owners(Worker& worker, Group group, Payload gradients, Tag tag);
// Runs an allreduce of the left factors and one of the right factors; all ranks end with the
// product of both sums.
[[nodiscard]] Program sum_of_factors(Worker& worker, Group group, Payload gradients, Tag tag);

[[nodiscard]] CollectiveCounts operator+(const CollectiveCounts& a, const CollectiveCounts& b);
[[nodiscard]] Count transcode_flops(const Setup& setup, CodingStep step, const Payload& payload,
                                    Residual residual);
[[nodiscard]] CollectiveCounts at_owners_counts(const Setup& setup, Group group,
                                                const Payload& gradients);
[[nodiscard]] CollectiveCounts factors_counts(const Setup& setup, Group group,
                                              const Payload& gradients);

// Return the bytes that one rank holds temporarily. `at_owners_buffers`: its encoded gradients and
// one message that it folds. `factors_buffers`: its factors and what their allreduces have received
// but not yet folded.
[[nodiscard]] Count at_owners_buffers(const Setup& setup, Group group, const Payload& gradients);
[[nodiscard]] Count factors_buffers(const Setup& setup, Group group, const Payload& gradients);

// The terms of a sum's duration; those that a compression lacks are 0.
struct SumParts {
  double encode_s = 0;
  ClaimedTime rounds;  // P-1 messages one after another; power_sgd: both allreduces
  double fold_s = 0;   // of one message
  double encode_block_s = 0;
  double decode_s = 0;

  void add(const SumParts& other);
};
// Returns the seconds of a coding step on the slowest worker.
[[nodiscard]] double transcode_s(const Setup& setup, CodingStep step, const Payload& payload,
                                 Residual residual);
// Returns the time of all P-1 rounds of messages of `bytes` bytes.
[[nodiscard]] ClaimedTime straight_rounds(NetworkView& network, Group group, std::int64_t bytes);
[[nodiscard]] SumParts at_owners_parts(const Setup& setup, NetworkView& network, Group group,
                                       const Payload& gradients);
[[nodiscard]] SumParts factors_parts(const Setup& setup, NetworkView& network, Group group,
                                     const Payload& gradients);
template <class Term>
[[nodiscard]] Term factors_term(const SumParts& parts) {
  using T = Terms<Term>;
  return T::seconds("t_left_factor", parts.encode_s) +
         T::seconds("t_right_factor", parts.encode_block_s) +
         T::seconds("t_allreduce(factors)", parts.rounds.seconds) +
         T::seconds("t_product", parts.decode_s);
}

}  // namespace lockstep::models
