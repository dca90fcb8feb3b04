#include "models/parts/collectives/ring_steps.hpp"

#include <vector>

#include "models/parts/collectives/blocks.hpp"

namespace lockstep::models {

namespace {

Payload chunk_of(const Payload& whole, int ranks, int index) {
  return equal_part(whole, ranks, ((index % ranks) + ranks) % ranks);
}

struct Neighbours {
  int index;
  Rank right;
  Rank left;
};

Neighbours neighbours_of(Rank rank, Group group) {
  const int index = group.index_of(rank);
  return {index, group.rank_of((index + 1) % group.count),
          group.rank_of((index + group.count - 1) % group.count)};
}

}  // namespace

Program ring_reduce_scatter(Worker& worker, Group group, Payload whole, Tag tag, int ahead) {
  if (group.count == 1 ||
      co_await worker.offer({group, whole, tag, true, StepPattern::ring, ahead}))
    co_return;
  const auto [index, right, left] = neighbours_of(worker.rank(), group);
  for (int step = 1; step < group.count; ++step) {
    const Payload chunk = chunk_of(whole, group.count, index + ahead - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.reduce(received);
  }
}

Program ring_allgather(Worker& worker, Group group, Payload whole, Tag tag, int ahead) {
  if (group.count == 1 ||
      co_await worker.offer({group, whole, tag, false, StepPattern::ring, ahead + 1}))
    co_return;
  const auto [index, right, left] = neighbours_of(worker.rank(), group);
  for (int step = 0; step < group.count - 1; ++step) {
    const Payload chunk = chunk_of(whole, group.count, index + ahead - step);
    const Message received = co_await worker.exchange(right, chunk, left, tag);
    co_await worker.store(received);
  }
}

Round ring_step(NetworkView& network, Group group, Scalars vector) {
  std::vector<Pair> pairs;
  for (int index = 0; index < (network.uniform() ? 1 : group.count); ++index)
    pairs.emplace_back(group.rank_of(index), group.rank_of((index + 1) % group.count));
  return network.round(pairs, vector.part(block_count(vector.count, group.count, 0)).bytes());
}

double ring_fold_s(const Setup& setup, Group group, Scalars vector) {
  return setup.slowest_worker_s(fold(vector.part(block_count(vector.count, group.count, 0))));
}

std::int64_t unfolded_on_ring(const Setup& /*setup*/, Group group, Scalars vector) {
  return block_count(vector.count, group.count, 0);
}

ClaimedTime ring_time(double seconds, const Round& step, Group group, Scalars vector) {
  ClaimedTime result{seconds, TimeClaim::exact, {}};
  if (step.contended) {
    result.weaken(TimeClaim::estimate, "ranks that drift apart where ring steps share links");
  } else if (!step.alike) {
    result.weaken(TimeClaim::upper_bound, "every step is taken to last as long as the slowest");
  }
  if (vector.count % group.count != 0)
    result.weaken(TimeClaim::upper_bound, "chunks that are one scalar smaller than the largest");
  return result;
}

}  // namespace lockstep::models
