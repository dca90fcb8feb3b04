#include "models/ring_allreduce.hpp"

namespace lockstep::models {

namespace {

Payload chunk_of(const Payload& whole, int ranks, int index) {
  const int chunk = ((index % ranks) + ranks) % ranks;
  return {whole.buffer, whole.offset + block_offset(whole.count, ranks, chunk),
          block_count(whole.count, ranks, chunk)};
}

}  // namespace

Program ring_allreduce(Worker& worker, RankRange ranks, Payload whole, Tag tag) {
  const int count = ranks.count;
  const int index = worker.rank() - ranks.first;
  const Rank right = ranks.first + (index + 1) % count;
  const Rank left = ranks.first + (index + count - 1) % count;
  for (int step = 0; step < count - 1; ++step) {
    const Payload chunk = chunk_of(whole, count, index - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.reduce(received);
  }
  for (int step = 0; step < count - 1; ++step) {
    const Payload chunk = chunk_of(whole, count, index + 1 - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.store(received);
  }
}

CollectiveCounts ring_counts(const Setup& setup, int ranks, std::int64_t count) {
  const Count others = ranks - 1;
  return {2 * others * count * setup.mlp.bytes_per_scalar, 2 * others * ranks, others * count};
}

}  // namespace lockstep::models
