#include "models/parts/compression/compressed_sum.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/cost/passes.hpp"
#include "models/parts/compression/sum_parts.hpp"

namespace lockstep::models {

namespace {

Program sum_through_owners(Worker& worker, Group group, Payload gradients, Tag tag) {
  const Compression compression = compression_of(worker.setup().options);
  const int index = group.index_of(worker.rank());
  const Payload mine = owned_block(compression, gradients, group, index);
  co_await sum_at_owners(worker, group, gradients, tag);
  co_await worker.transcode(CodingStep::encode, mine, compression.residual(Residual::of_sum));
  for (int round = 1; round < group.count; ++round) {
    const Rank to = group.rank_of((index + round) % group.count);
    const Rank from = group.rank_of((index + group.count - round) % group.count);
    const Message received = co_await worker.exchange(to, mine, from, tag);
    co_await worker.store(received);
  }
  co_await worker.transcode(CodingStep::decode, compression.encoded(gradients));
}

Program sum_of_kept(Worker& worker, Group group, Payload gradients, Tag tag) {
  const Compression compression = compression_of(worker.setup().options);
  const int index = group.index_of(worker.rank());
  const Payload kept = compression.encoded(gradients);
  co_await worker.transcode(CodingStep::encode, kept, compression.residual(Residual::of_gradients));
  std::vector<Message> messages(static_cast<std::size_t>(group.count));  // by index of the source
  for (int round = 1; round < group.count; ++round) {
    const int to = (index + round) % group.count;
    const int from = (index + group.count - round) % group.count;
    const Message received =
        co_await worker.exchange(group.rank_of(to), kept, group.rank_of(from), tag);
    messages[static_cast<std::size_t>(from)] = received;
  }
  // All add in the order of ranks: the sum is the same on each of them to the last bit.
  if (index > 0) {
    co_await worker.copy(kept, Buffer::accumulated_gradients);
    co_await worker.store(messages[0]);
  }
  for (int source = 1; source < group.count; ++source) {
    if (source == index)
      co_await worker.accumulate(kept, Buffer::accumulated_gradients);
    else
      co_await worker.reduce(messages[static_cast<std::size_t>(source)]);
  }
}

Program nothing_to_sum() { co_return; }

Program serve_factors(Worker& server, Payload gradients, Tag tag) {
  const Setup& setup = server.setup();
  const Collective& allreduce = allreduce_of(setup.options);
  const Payload encoded = compression_of(setup.options).encoded(gradients);
  co_await allreduce.serve(server, left_factors(setup, encoded), tag);
  co_await allreduce.serve(server, right_factors(setup, encoded), tag);
}

}  // namespace

Program sum_gradients(Worker& worker, Group group, Payload gradients, Tag tag) {
  const Setup& setup = worker.setup();
  const Compression compression = compression_of(setup.options);
  if (compression.none())
    return allreduce_or_ring(setup.options).group_program(worker, group, gradients, tag);
  if (group.count == 1) return nothing_to_sum();
  if (goes_through_owners(compression)) return sum_through_owners(worker, group, gradients, tag);
  if (compression.encoding == Encoding::top_k) return sum_of_kept(worker, group, gradients, tag);
  return sum_of_factors(worker, group, gradients, tag);
}

Program serve_gradient_sum(Worker& server, Payload gradients, Tag tag) {
  const Setup& setup = server.setup();
  if (compression_of(setup.options).none())
    return allreduce_of(setup.options).serve(server, gradients, tag);
  if (setup.workers == 1) return nothing_to_sum();
  return serve_factors(server, gradients, tag);
}

namespace {

// The second half sends each owner's block to all others, and encodes it once more.
CollectiveCounts owners_counts(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  CollectiveCounts counts = at_owners_counts(setup, group, gradients);
  counts.messages *= 2;
  counts.bytes *= 2;
  for (int owner = 0; owner < group.count; ++owner)
    counts.reduce_flops += transcode_flops(setup, CodingStep::encode,
                                           owned_block(compression, gradients, group, owner),
                                           compression.residual(Residual::of_sum));
  return counts;
}

CollectiveCounts kept_counts(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Payload kept = compression.encoded(gradients);
  const Count messages = Count{group.count} * (group.count - 1);
  const Count encode_flops = transcode_flops(setup, CodingStep::encode, kept,
                                             compression.residual(Residual::of_gradients));
  return {messages * wire_bytes(setup.mlp, kept), messages,
          group.count * encode_flops + messages * reduce_work(setup.mlp, kept).flops};
}

}  // namespace

CollectiveCounts gradient_sum_counts(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  if (compression.none())
    return allreduce_or_ring(setup.options)
        .group_counts(setup, group, scalars_of(setup.mlp, gradients));
  if (group.count == 1) return {};
  if (goes_through_owners(compression)) return owners_counts(setup, group, gradients);
  if (compression.encoding == Encoding::top_k) return kept_counts(setup, group, gradients);
  return factors_counts(setup, group, gradients);
}

namespace {

SumParts owners_parts(const Setup& setup, NetworkView& network, Group group,
                      const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  SumParts parts = at_owners_parts(setup, network, group, gradients);
  for (int owner = 0; owner < group.count; ++owner)
    parts.encode_block_s = std::max(
        parts.encode_block_s,
        transcode_s(setup, CodingStep::encode, owned_block(compression, gradients, group, owner),
                    compression.residual(Residual::of_sum)));
  parts.decode_s =
      transcode_s(setup, CodingStep::decode, compression.encoded(gradients), Residual::none);
  return parts;
}

SumParts kept_parts(const Setup& setup, NetworkView& network, Group group,
                    const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Payload kept = compression.encoded(gradients);
  return {.encode_s = transcode_s(setup, CodingStep::encode, kept,
                                  compression.residual(Residual::of_gradients)),
          .rounds = straight_rounds(network, group, wire_bytes(setup.mlp, kept)),
          .fold_s = setup.slowest_worker_s(reduce_work(setup.mlp, kept))};
}

SumParts parts_of(const Setup& setup, NetworkView& network, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  if (goes_through_owners(compression)) return owners_parts(setup, network, group, gradients);
  if (compression.encoding == Encoding::top_k) return kept_parts(setup, network, group, gradients);
  return factors_parts(setup, network, group, gradients);
}

template <class Term>
Term expression(const Setup& setup, Group group, const SumParts& parts) {
  using T = Terms<Term>;
  const Compression compression = compression_of(setup.options);
  if (compression.encoding == Encoding::low_rank) return factors_term<Term>(parts);
  const Term others = T::number("P", group.count) - Term(1);
  const Term encode = T::seconds("t_encode(n)", parts.encode_s);
  const double message_s = mean_s(parts.rounds.seconds, group.count - 1);
  if (compression.encoding == Encoding::top_k)
    return encode + others * (T::seconds("t_message(k)", message_s) +
                              T::seconds("t_reduce(k)", parts.fold_s));
  return encode + Term(2) * others * T::seconds("t_message(n/P)", message_s) +
         others * T::seconds("t_reduce(n/P)", parts.fold_s) +
         T::seconds("t_encode(n/P)", parts.encode_block_s) +
         T::seconds("t_decode(n)", parts.decode_s);
}

}  // namespace

ClaimedTime gradient_sum_duration(const Setup& setup, NetworkView& network, Group group,
                                  const Payload& gradients) {
  if (compression_of(setup.options).none())
    return allreduce_or_ring(setup.options)
        .group_duration(setup, network, group, scalars_of(setup.mlp, gradients));
  if (group.count == 1) return {};
  SumParts parts = parts_of(setup, network, group, gradients);
  parts.rounds.seconds = expression<double>(setup, group, parts);
  return parts.rounds;
}

Formula gradient_sum_formula(const Setup& setup, NetworkView& network, const Payload& gradients) {
  if (setup.workers == 1) return Terms<Formula>::seconds("t_sum(n)", 0);
  const Group all = all_workers(setup);
  return expression<Formula>(setup, all, parts_of(setup, network, all, gradients));
}

void weaken_sums_beside_passes(const Setup& setup, ClaimedTime& claim) {
  if (setup.workers == 1) return;
  const bool beside_workers = setup.servers == 0 || setup.placement == Placement::colocated;
  if (beside_workers && setup.workers_fold_on_devices())
    claim.weaken(TimeClaim::lower_bound, "folding that waits for the device or holds it up");
  if (!compression_of(setup.options).none())
    claim.weaken(TimeClaim::lower_bound, "coding that waits for the device or holds it up");
}

int gradient_sum_servers(const Options& chosen) {
  const Encoding encoding = compression_of(chosen).encoding;
  const bool sums = encoding == Encoding::dense || encoding == Encoding::low_rank;
  return sums ? allreduce_servers(chosen) : 0;
}

void check_gradient_sum(const Setup& setup, Faults& faults) {
  const Encoding encoding = compression_of(setup.options).encoding;
  const bool by_allreduce = encoding == Encoding::dense || encoding == Encoding::low_rank;
  if (setup.servers > 0 || by_allreduce) check_allreduce(setup, faults);
}

Memory gradient_sum_server_memory(const Setup& setup) {
  const Compression compression = compression_of(setup.options);
  if (setup.servers == 0 || compression.none())
    return allreduce_server_memory(setup, ScalarKind::gradient);
  const FactorCounts factors =
      factors_of(setup.mlp, compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp))));
  return summing_memory(setup, setup.mlp.scalars(ScalarKind::gradient,
                                                 block_count(std::max(factors.left, factors.right),
                                                             setup.servers, 0)));
}

Count gradient_sum_buffers(const Setup& setup, Group group, const Payload& gradients) {
  if (group.count == 1) return 0;
  const Compression compression = compression_of(setup.options);
  if (compression.none())
    return Count{allreduce_or_ring(setup.options)
                     .unfolded(setup, group, scalars_of(setup.mlp, gradients))} *
           setup.mlp.precision.gradients;
  if (goes_through_owners(compression)) return at_owners_buffers(setup, group, gradients);
  if (compression.encoding == Encoding::top_k)  // what all have kept, the own part too
    return Count{group.count} * wire_bytes(setup.mlp, compression.encoded(gradients));
  return factors_buffers(setup, group, gradients);
}

Count residual_bytes(const Setup& setup, Group group, std::int64_t gradients) {
  const Compression compression = compression_of(setup.options);
  if (compression.none() || !compression.error_feedback || group.count == 1) return 0;
  Count scalars = gradients;
  if (goes_through_owners(compression)) scalars += block_count(gradients, group.count, 0);
  return scalars * setup.mlp.precision.gradients;
}

}  // namespace lockstep::models
