// The reduce-scatter of gradients as the option `compression` selects it: each of P workers ends
// with the sum of only the block that it owns.
//
//   none       the collective `reduce_scatter`, round a ring
//   one_bit,   the first half of the compressed sum (compressed_sum.hpp): each worker encodes its
//   sign       gradients and sends every owner its block; the owner decodes and sums (sign: counts
//              votes). One encoding, one residual.
//   top_k      the same; each block is encoded for itself, so that all messages to an owner are
//              equally long
//   power_sgd  the whole sum: a block's columns need the left factors of all rows, and residuals
//              and the next step's right factors all columns. Each worker keeps its block of the
//              product.
//
// A single worker sends and encodes nothing.
#pragma once

#include "models/parts/compression/sum_parts.hpp"

namespace lockstep::models {

// Reduce-scatters `gradients` over all workers. They must be those of whole layers.
[[nodiscard]] Program scatter_gradient_sum(Worker& worker, Payload gradients, Tag tag);
[[nodiscard]] CollectiveCounts gradient_scatter_counts(const Setup& setup,
                                                       const Payload& gradients);

// Returns the terms of one such reduce-scatter; `SumParts::add` joins those of several in turn.
// Without compression all of the time is in `rounds`.
[[nodiscard]] SumParts gradient_scatter_parts(const Setup& setup, NetworkView& network,
                                              const Payload& gradients);
template <class Term>
[[nodiscard]] Term gradient_scatter_term(const Setup& setup, const SumParts& parts) {
  using T = Terms<Term>;
  const Compression compression = compression_of(setup.options);
  if (compression.none() || setup.workers == 1)
    return T::seconds("t_reduce_scatter(n)", parts.rounds.seconds);
  if (compression.encoding == Encoding::low_rank) return factors_term<Term>(parts);
  const double message_s = mean_s(parts.rounds.seconds, setup.workers - 1);
  return T::seconds("t_encode(n)", parts.encode_s) +
         (T::number("P", setup.workers) - Term(1)) *
             (T::seconds("t_message(n/P)", message_s) + T::seconds("t_reduce(n/P)", parts.fold_s));
}

// Returns the bytes that a worker holds temporarily during the reduce-scatter, as
// `gradient_sum_buffers` does for a sum.
[[nodiscard]] Count gradient_scatter_buffers(const Setup& setup, const Payload& gradients);
// Returns the number of scalars in a worker's residual: one for each of its gradients, or 0 if it
// keeps none.
[[nodiscard]] Count scatter_residual(const Setup& setup);

}  // namespace lockstep::models
