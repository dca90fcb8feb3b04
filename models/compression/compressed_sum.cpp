#include "models/compression/compressed_sum.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/passes.hpp"

namespace lockstep::models {

namespace {

bool goes_through_owners(const Compression& compression) {
  return compression.encoding == Encoding::one_bit || compression.encoding == Encoding::sign;
}

Payload owned_block(const Compression& compression, const Payload& whole, int workers, int owner) {
  return compression.encoded(whole.part(block_offset(whole.count, workers, owner),
                                        block_count(whole.count, workers, owner)));
}

Payload left_factors(const Setup& setup, const Payload& encoded) {
  return {Buffer::factors, 0, factors_of(setup.mlp, encoded).left};
}
Payload right_factors(const Setup& setup, const Payload& encoded) {
  const FactorCounts factors = factors_of(setup.mlp, encoded);
  return {Buffer::factors, factors.left, factors.right};
}

Program sum_through_owners(Worker& worker, Payload gradients, Tag tag) {
  const Compression compression = compression_of(worker.setup().options);
  const int workers = worker.workers();
  const Rank rank = worker.rank();
  const auto block_of = [&](Rank owner) {
    return owned_block(compression, gradients, workers, owner);
  };
  const Payload whole = compression.encoded(gradients);
  co_await worker.transcode(CodingStep::encode, whole,
                            compression.residual(Residual::of_gradients));
  for (int round = 1; round < workers; ++round) {
    const Rank to = (rank + round) % workers;
    const Rank from = (rank + workers - round) % workers;
    const Message received = co_await worker.exchange(to, block_of(to), from, tag);
    co_await worker.reduce(received);
  }
  co_await worker.transcode(CodingStep::encode, block_of(rank),
                            compression.residual(Residual::of_sum));
  for (int round = 1; round < workers; ++round) {
    const Rank to = (rank + round) % workers;
    const Rank from = (rank + workers - round) % workers;
    const Message received = co_await worker.exchange(to, block_of(rank), from, tag);
    co_await worker.store(received);
  }
  co_await worker.transcode(CodingStep::decode, whole);
}

Program sum_of_kept(Worker& worker, Payload gradients, Tag tag) {
  const Compression compression = compression_of(worker.setup().options);
  const int workers = worker.workers();
  const Payload kept = compression.encoded(gradients);
  co_await worker.transcode(CodingStep::encode, kept, compression.residual(Residual::of_gradients));
  std::vector<Message> messages(static_cast<std::size_t>(workers));  // by source
  for (int round = 1; round < workers; ++round) {
    const Rank to = (worker.rank() + round) % workers;
    const Rank from = (worker.rank() + workers - round) % workers;
    const Message received = co_await worker.exchange(to, kept, from, tag);
    messages[static_cast<std::size_t>(from)] = received;
  }
  // All add in the order of ranks: the sum is the same on each of them to the last bit.
  if (worker.rank() > 0) {
    co_await worker.copy(kept, Buffer::accumulated_gradients);
    co_await worker.store(messages[0]);
  }
  for (Rank source = 1; source < workers; ++source) {
    if (source == worker.rank())
      co_await worker.accumulate(kept, Buffer::accumulated_gradients);
    else
      co_await worker.reduce(messages[static_cast<std::size_t>(source)]);
  }
}

Program sum_of_factors(Worker& worker, Payload gradients, Tag tag) {
  const Setup& setup = worker.setup();
  const Compression compression = compression_of(setup.options);
  const Collective& allreduce = allreduce_of(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  co_await worker.transcode(CodingStep::left_factor, encoded, residual);
  co_await allreduce.program(worker, left_factors(setup, encoded), tag);
  co_await worker.transcode(CodingStep::right_factor, encoded);
  co_await allreduce.program(worker, right_factors(setup, encoded), tag);
  co_await worker.transcode(CodingStep::product, encoded, residual);
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

Program sum_gradients(Worker& worker, Payload gradients, Tag tag) {
  const Setup& setup = worker.setup();
  const Compression compression = compression_of(setup.options);
  if (compression.none()) return allreduce_of(setup.options).program(worker, gradients, tag);
  if (setup.workers == 1) return nothing_to_sum();
  if (goes_through_owners(compression)) return sum_through_owners(worker, gradients, tag);
  if (compression.encoding == Encoding::top_k) return sum_of_kept(worker, gradients, tag);
  return sum_of_factors(worker, gradients, tag);
}

Program serve_gradient_sum(Worker& server, Payload gradients, Tag tag) {
  const Setup& setup = server.setup();
  if (compression_of(setup.options).none())
    return allreduce_of(setup.options).serve(server, gradients, tag);
  if (setup.workers == 1) return nothing_to_sum();
  return serve_factors(server, gradients, tag);
}

namespace {

CollectiveCounts operator+(const CollectiveCounts& a, const CollectiveCounts& b) {
  return {a.bytes + b.bytes, a.messages + b.messages, a.reduce_flops + b.reduce_flops};
}

// FLOPs of one operation on a worker.
Count flops_of(const Setup& setup, CodingStep step, const Payload& payload, Residual residual) {
  return transcode_work(setup.mlp, {step, payload, residual}).flops;
}

CollectiveCounts owners_counts(const Setup& setup, const Compression& compression,
                               const Payload& gradients) {
  const Count others = setup.workers - 1;
  CollectiveCounts counts;
  counts.messages = 2 * others * setup.workers;
  counts.reduce_flops =
      setup.workers * flops_of(setup, CodingStep::encode, compression.encoded(gradients),
                               compression.residual(Residual::of_gradients));
  for (Rank owner = 0; owner < setup.workers; ++owner) {
    const Payload block = owned_block(compression, gradients, setup.workers, owner);
    counts.bytes += 2 * others * wire_bytes(setup.mlp, block);
    counts.reduce_flops +=
        others * reduce_work(setup.mlp, block).flops +
        flops_of(setup, CodingStep::encode, block, compression.residual(Residual::of_sum));
  }
  return counts;
}

CollectiveCounts kept_counts(const Setup& setup, const Compression& compression,
                             const Payload& gradients) {
  const Payload kept = compression.encoded(gradients);
  const Count messages = Count{setup.workers} * (setup.workers - 1);
  const Count encode_flops =
      flops_of(setup, CodingStep::encode, kept, compression.residual(Residual::of_gradients));
  return {messages * wire_bytes(setup.mlp, kept), messages,
          setup.workers * encode_flops + messages * reduce_work(setup.mlp, kept).flops};
}

CollectiveCounts factors_counts(const Setup& setup, const Compression& compression,
                                const Payload& gradients) {
  const Collective& allreduce = allreduce_of(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  CollectiveCounts counts = allreduce.counts(setup, left_factors(setup, encoded).count) +
                            allreduce.counts(setup, right_factors(setup, encoded).count);
  for (const CodingStep step :
       {CodingStep::left_factor, CodingStep::right_factor, CodingStep::product})
    counts.reduce_flops += setup.workers * flops_of(setup, step, encoded, residual);
  return counts;
}

}  // namespace

CollectiveCounts gradient_sum_counts(const Setup& setup, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  if (compression.none()) return allreduce_of(setup.options).counts(setup, gradients.count);
  if (setup.workers == 1) return {};
  if (goes_through_owners(compression)) return owners_counts(setup, compression, gradients);
  if (compression.encoding == Encoding::top_k) return kept_counts(setup, compression, gradients);
  return factors_counts(setup, compression, gradients);
}

namespace {

// All P-1 rounds of messages of `bytes`, each worker to the r-th after it in round r.
ClaimedTime straight_rounds(const Setup& setup, NetworkView& network, std::int64_t bytes) {
  ClaimedTime sum;
  if (network.uniform()) {
    sum.seconds = (setup.workers - 1) * network.message(0, 1, bytes).seconds();
    return sum;
  }
  for (int distance = 1; distance < setup.workers; ++distance) {
    std::vector<Pair> pairs;
    for (Rank rank = 0; rank < setup.workers; ++rank)
      pairs.emplace_back(rank, (rank + distance) % setup.workers);
    sum.seconds += network.round(pairs, bytes).slowest_s;
  }
  sum.weaken(TimeClaim::estimate, "rounds that overlap where some messages take longer");
  return sum;
}

// The terms of a sum's duration; those that a compression lacks are 0.
struct Parts {
  double encode_s = 0;
  ClaimedTime rounds;  // P-1 messages one after another; of power_sgd both allreduces
  double fold_s = 0;   // of one message
  double encode_block_s = 0;
  double decode_s = 0;
};

double transcode_s(const Setup& setup, CodingStep step, const Payload& payload, Residual residual) {
  return setup.slowest_worker_s(transcode_work(setup.mlp, {step, payload, residual}));
}

Parts owners_parts(const Setup& setup, NetworkView& network, const Compression& compression,
                   const Payload& gradients) {
  const Payload whole = compression.encoded(gradients);
  std::int64_t most_bytes = 0;
  std::int64_t fewest_bytes = wire_bytes(setup.mlp, whole);
  for (Rank owner = 0; owner < setup.workers; ++owner) {
    const Payload block = owned_block(compression, gradients, setup.workers, owner);
    most_bytes = std::max(most_bytes, wire_bytes(setup.mlp, block));
    fewest_bytes = std::min(fewest_bytes, wire_bytes(setup.mlp, block));
  }
  Parts parts;
  parts.encode_s =
      transcode_s(setup, CodingStep::encode, whole, compression.residual(Residual::of_gradients));
  parts.rounds = straight_rounds(setup, network, most_bytes);
  for (Rank owner = 0; owner < setup.workers; ++owner) {
    const Payload block = owned_block(compression, gradients, setup.workers, owner);
    parts.fold_s = std::max(parts.fold_s, setup.slowest_worker_s(reduce_work(setup.mlp, block)));
    parts.encode_block_s = std::max(
        parts.encode_block_s,
        transcode_s(setup, CodingStep::encode, block, compression.residual(Residual::of_sum)));
  }
  parts.decode_s = transcode_s(setup, CodingStep::decode, whole, Residual::none);
  if (fewest_bytes != most_bytes || gradients.count % setup.workers != 0)
    parts.rounds.weaken(TimeClaim::upper_bound, "blocks that are smaller than the largest");
  return parts;
}

Parts kept_parts(const Setup& setup, NetworkView& network, const Compression& compression,
                 const Payload& gradients) {
  const Payload kept = compression.encoded(gradients);
  return {.encode_s = transcode_s(setup, CodingStep::encode, kept,
                                  compression.residual(Residual::of_gradients)),
          .rounds = straight_rounds(setup, network, wire_bytes(setup.mlp, kept)),
          .fold_s = setup.slowest_worker_s(reduce_work(setup.mlp, kept))};
}

Parts factors_parts(const Setup& setup, NetworkView& network, const Compression& compression,
                    const Payload& gradients) {
  const Collective& allreduce = allreduce_of(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  const ClaimedTime right = allreduce.duration(setup, network, right_factors(setup, encoded).count);
  Parts parts;
  parts.encode_s = transcode_s(setup, CodingStep::left_factor, encoded, residual);
  parts.rounds = allreduce.duration(setup, network, left_factors(setup, encoded).count);
  parts.rounds.seconds += right.seconds;
  parts.rounds.weaken(right.claim, right.leaves_out);
  parts.encode_block_s = transcode_s(setup, CodingStep::right_factor, encoded, residual);
  parts.decode_s = transcode_s(setup, CodingStep::product, encoded, residual);
  return parts;
}

Parts parts_of(const Setup& setup, NetworkView& network, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  if (goes_through_owners(compression)) return owners_parts(setup, network, compression, gradients);
  if (compression.encoding == Encoding::top_k)
    return kept_parts(setup, network, compression, gradients);
  return factors_parts(setup, network, compression, gradients);
}

template <class Term>
Term expression(const Setup& setup, const Parts& parts) {
  using T = Terms<Term>;
  const Compression compression = compression_of(setup.options);
  if (compression.encoding == Encoding::low_rank)
    return T::seconds("t_left_factor", parts.encode_s) +
           T::seconds("t_right_factor", parts.encode_block_s) +
           T::seconds("2 t_allreduce(factors)", parts.rounds.seconds) +
           T::seconds("t_product", parts.decode_s);
  const Term others = T::number("P", setup.workers) - Term(1);
  const Term encode = T::seconds("t_encode(n)", parts.encode_s);
  if (compression.encoding == Encoding::top_k)
    return encode + T::seconds("(P-1) t_message(k)", parts.rounds.seconds) +
           others * T::seconds("t_reduce(k)", parts.fold_s);
  return encode + Term(2) * T::seconds("(P-1) t_message(n/P)", parts.rounds.seconds) +
         others * T::seconds("t_reduce(n/P)", parts.fold_s) +
         T::seconds("t_encode(n/P)", parts.encode_block_s) +
         T::seconds("t_decode(n)", parts.decode_s);
}

}  // namespace

ClaimedTime gradient_sum_duration(const Setup& setup, NetworkView& network,
                                  const Payload& gradients) {
  if (compression_of(setup.options).none())
    return allreduce_of(setup.options).duration(setup, network, gradients.count);
  if (setup.workers == 1) return {};
  Parts parts = parts_of(setup, network, gradients);
  parts.rounds.seconds = expression<double>(setup, parts);
  return parts.rounds;
}

Formula gradient_sum_formula(const Setup& setup, NetworkView& network, const Payload& gradients) {
  if (setup.workers == 1) return Terms<Formula>::seconds("t_sum(n)", 0);
  return expression<Formula>(setup, parts_of(setup, network, gradients));
}

bool work_on_workers(const Setup& setup) {
  if (setup.workers == 1) return false;
  return setup.servers == 0 || setup.placement == Placement::colocated ||
         !compression_of(setup.options).none();
}

int gradient_sum_servers(const Options& chosen) {
  const Encoding encoding = compression_of(chosen).encoding;
  const bool sums = encoding == Encoding::dense || encoding == Encoding::low_rank;
  return sums ? allreduce_servers(chosen) : 0;
}

void check_gradient_sum(const Setup& setup, Faults& faults) {
  if (setup.servers > 0) check_allreduce(setup, faults);
}

Memory gradient_sum_server_memory(const Setup& setup) {
  const Compression compression = compression_of(setup.options);
  if (setup.servers == 0 || compression.none()) return allreduce_server_memory(setup);
  const FactorCounts factors =
      factors_of(setup.mlp, compression.encoded(gradients_of(setup.mlp, all_layers(setup.mlp))));
  const Count block = block_count(std::max(factors.left, factors.right), setup.servers, 0);
  return {.gradients = 2 * block * setup.mlp.bytes_per_scalar};
}

Count residual_bytes(const Setup& setup) {
  const Compression compression = compression_of(setup.options);
  if (compression.none() || !compression.error_feedback || setup.workers == 1) return 0;
  Count scalars = setup.mlp.parameters();
  if (goes_through_owners(compression))
    scalars += block_count(setup.mlp.parameters(), setup.workers, 0);
  return scalars * setup.mlp.bytes_per_scalar;
}

}  // namespace lockstep::models
