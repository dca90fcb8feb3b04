#include "models/parts/compression/sum_parts.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "models/parts/collectives/allreduce.hpp"

namespace lockstep::models {

bool goes_through_owners(const Compression& compression) {
  return compression.encoding == Encoding::one_bit || compression.encoding == Encoding::sign;
}

Payload owned_block(const Compression& compression, const Payload& whole, Group group, int owner) {
  Payload block = whole;
  block.offset += block_offset(whole.count, group.count, owner);
  block.count = block_count(whole.count, group.count, owner);
  return compression.encoded(block);
}

const Collective& allreduce_or_ring(const Options& chosen) {
  return chosen.has(allreduce_option) ? allreduce_of(chosen) : *find_collective("ring");
}

Payload left_factors(const Setup& setup, const Payload& encoded) {
  return {Buffer::factors, 0, factors_of(setup.mlp, encoded).left};
}
Payload right_factors(const Setup& setup, const Payload& encoded) {
  const FactorCounts factors = factors_of(setup.mlp, encoded);
  return {Buffer::factors, factors.left, factors.right};
}

namespace {

// What a rank encodes in one go: all, or of top_k each block for itself, for it keeps so many of a
// block's scalars.
std::vector<Payload> encoded_at_once(const Compression& compression, Group group,
                                     const Payload& gradients) {
  if (compression.encoding != Encoding::top_k) return {compression.encoded(gradients)};
  std::vector<Payload> blocks;
  for (int owner = 0; owner < group.count; ++owner)
    blocks.push_back(owned_block(compression, gradients, group, owner));
  return blocks;
}

}  // namespace

Program sum_at_owners(Worker& worker, Group group, Payload gradients, Tag tag) {
  const Compression compression = compression_of(worker.setup().options);
  const int index = group.index_of(worker.rank());
  for (const Payload& encoded : encoded_at_once(compression, group, gradients))
    co_await worker.transcode(CodingStep::encode, encoded,
                              compression.residual(Residual::of_gradients));
  for (int round = 1; round < group.count; ++round) {
    const int to = (index + round) % group.count;
    const int from = (index + group.count - round) % group.count;
    const Message received =
        co_await worker.exchange(group.rank_of(to), owned_block(compression, gradients, group, to),
                                 group.rank_of(from), tag);
    co_await worker.reduce(received);
  }
}

Program sum_of_factors(Worker& worker, Group group, Payload gradients, Tag tag) {
  const Setup& setup = worker.setup();
  const Compression compression = compression_of(setup.options);
  const Collective& allreduce = allreduce_or_ring(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  co_await worker.transcode(CodingStep::left_factor, encoded, residual);
  co_await allreduce.group_program(worker, group, left_factors(setup, encoded), tag);
  co_await worker.transcode(CodingStep::right_factor, encoded);
  co_await allreduce.group_program(worker, group, right_factors(setup, encoded), tag);
  co_await worker.transcode(CodingStep::product, encoded, residual, group.count);
}

CollectiveCounts operator+(const CollectiveCounts& a, const CollectiveCounts& b) {
  return {a.bytes + b.bytes, a.messages + b.messages, a.reduce_flops + b.reduce_flops};
}

Count transcode_flops(const Setup& setup, CodingStep step, const Payload& payload,
                      Residual residual) {
  return transcode_work(setup.mlp, {step, payload, residual}).flops;
}

CollectiveCounts at_owners_counts(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Count others = group.count - 1;
  CollectiveCounts counts;
  counts.messages = others * group.count;
  for (const Payload& encoded : encoded_at_once(compression, group, gradients))
    counts.reduce_flops +=
        group.count * transcode_flops(setup, CodingStep::encode, encoded,
                                      compression.residual(Residual::of_gradients));
  for (int owner = 0; owner < group.count; ++owner) {
    const Payload block = owned_block(compression, gradients, group, owner);
    counts.bytes += others * wire_bytes(setup.mlp, block);
    counts.reduce_flops += others * reduce_work(setup.mlp, block).flops;
  }
  return counts;
}

CollectiveCounts factors_counts(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Collective& allreduce = allreduce_or_ring(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  CollectiveCounts counts =
      allreduce.group_counts(setup, group, scalars_of(setup.mlp, left_factors(setup, encoded))) +
      allreduce.group_counts(setup, group, scalars_of(setup.mlp, right_factors(setup, encoded)));
  for (const CodingStep step :
       {CodingStep::left_factor, CodingStep::right_factor, CodingStep::product})
    counts.reduce_flops += group.count * transcode_flops(setup, step, encoded, residual);
  return counts;
}

Count at_owners_buffers(const Setup& setup, Group group, const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  Count encoded = 0;
  Count largest = 0;
  for (int owner = 0; owner < group.count; ++owner) {
    const Count block = wire_bytes(setup.mlp, owned_block(compression, gradients, group, owner));
    encoded += block;
    largest = std::max(largest, block);
  }
  return encoded + largest;
}

Count factors_buffers(const Setup& setup, Group group, const Payload& gradients) {
  const Payload encoded = compression_of(setup.options).encoded(gradients);
  const FactorCounts factors = factors_of(setup.mlp, encoded);
  const Scalars larger =
      setup.mlp.scalars(ScalarKind::gradient, std::max(factors.left, factors.right));
  const std::int64_t unfolded = allreduce_or_ring(setup.options).unfolded(setup, group, larger);
  return Count{factors.left + factors.right + unfolded} * larger.bytes_each;
}

void SumParts::add(const SumParts& other) {
  encode_s += other.encode_s;
  rounds.seconds += other.rounds.seconds;
  rounds.weaken(other.rounds.claim, other.rounds.leaves_out);
  fold_s += other.fold_s;
  encode_block_s += other.encode_block_s;
  decode_s += other.decode_s;
}

double transcode_s(const Setup& setup, CodingStep step, const Payload& payload, Residual residual) {
  return setup.slowest_worker_s(transcode_work(setup.mlp, {step, payload, residual}));
}

ClaimedTime straight_rounds(NetworkView& network, Group group, std::int64_t bytes) {
  ClaimedTime sum;
  if (network.uniform()) {
    sum.seconds =
        (group.count - 1) * network.message(group.rank_of(0), group.rank_of(1), bytes).seconds();
    return sum;
  }
  for (int distance = 1; distance < group.count; ++distance) {
    std::vector<Pair> pairs;
    for (int index = 0; index < group.count; ++index)
      pairs.emplace_back(group.rank_of(index), group.rank_of((index + distance) % group.count));
    sum.seconds += network.round(pairs, bytes).slowest_s;
  }
  sum.weaken(TimeClaim::estimate, "rounds that overlap where some messages take longer");
  return sum;
}

SumParts at_owners_parts(const Setup& setup, NetworkView& network, Group group,
                         const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  SumParts parts;
  for (const Payload& encoded : encoded_at_once(compression, group, gradients))
    parts.encode_s += transcode_s(setup, CodingStep::encode, encoded,
                                  compression.residual(Residual::of_gradients));
  std::int64_t most_bytes = 0;
  std::int64_t fewest_bytes = std::numeric_limits<std::int64_t>::max();
  for (int owner = 0; owner < group.count; ++owner) {
    const Payload block = owned_block(compression, gradients, group, owner);
    most_bytes = std::max(most_bytes, wire_bytes(setup.mlp, block));
    fewest_bytes = std::min(fewest_bytes, wire_bytes(setup.mlp, block));
    parts.fold_s = std::max(parts.fold_s, setup.slowest_worker_s(reduce_work(setup.mlp, block)));
  }
  parts.rounds = straight_rounds(network, group, most_bytes);
  if (fewest_bytes != most_bytes || gradients.count % group.count != 0)
    parts.rounds.weaken(TimeClaim::upper_bound, "blocks that are smaller than the largest");
  return parts;
}

SumParts factors_parts(const Setup& setup, NetworkView& network, Group group,
                       const Payload& gradients) {
  const Compression compression = compression_of(setup.options);
  const Collective& allreduce = allreduce_or_ring(setup.options);
  const Payload encoded = compression.encoded(gradients);
  const Residual residual = compression.residual(Residual::of_gradients);
  const ClaimedTime right = allreduce.group_duration(
      setup, network, group, scalars_of(setup.mlp, right_factors(setup, encoded)));
  SumParts parts;
  parts.encode_s = transcode_s(setup, CodingStep::left_factor, encoded, residual);
  parts.rounds = allreduce.group_duration(setup, network, group,
                                          scalars_of(setup.mlp, left_factors(setup, encoded)));
  parts.rounds.seconds += right.seconds;
  parts.rounds.weaken(right.claim, right.leaves_out);
  parts.encode_block_s = transcode_s(setup, CodingStep::right_factor, encoded, residual);
  parts.decode_s = transcode_s(setup, CodingStep::product, encoded, residual);
  return parts;
}

}  // namespace lockstep::models
