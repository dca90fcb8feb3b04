// Over whom ZeRO divides what workers keep, and what its collectives in groups cost. Part of
// `zero`.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/algorithms/zero_plan.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"
#include "models/parts/collectives/blocks.hpp"

namespace lockstep::models::zero_plan {

namespace {

int shard_size(const Setup& setup) {
  const std::int64_t asked = setup.options[shard_size_option];
  return asked == 0 ? setup.workers : static_cast<int>(asked);
}

}  // namespace

int replicas(const Setup& setup) { return setup.workers / shard_size(setup); }

Group shard_of(const Setup& setup, Rank rank) {
  const int size = shard_size(setup);
  return {rank - rank % size, size, 1};
}

Group replicas_of(const Setup& setup, Rank rank) {
  const int size = shard_size(setup);
  return {rank % size, replicas(setup), size};
}

Payload block_of(const Setup& setup, const Payload& whole, Rank rank) {
  const Group shard = shard_of(setup, rank);
  return equal_part(whole, shard.count, shard.index_of(rank));
}

void check(const Setup& setup, Faults& faults) {
  if (prefetches(setup) && accumulation_steps(setup.options) > 1)
    faults.push_back(
        {setup.pointer + "/accumulation_steps",
         fmt::format("must be 1 with prefetch, found {}", accumulation_steps(setup.options))});
  const std::int64_t asked = setup.options[shard_size_option];
  if (asked == 0) return;
  if (asked > setup.workers || setup.workers % asked != 0)
    faults.push_back(
        {setup.pointer + "/shard_size", fmt::format("must divide the {} workers of {}, found {}",
                                                    setup.workers, setup.label, asked)});
  else if (replicas(setup) > 1 && !compression_of(setup.options).none())
    faults.push_back({setup.pointer + "/compression",
                      fmt::format("must be \"none\" with shard_size, found \"{}\"",
                                  setup.options[compression_option])});
}

namespace {

const Collective& allgather() { return *find_collective("allgather"); }
const Collective& reduce_scatter() { return *find_collective("reduce_scatter"); }
const Collective& ring() { return *find_collective("ring"); }
Scalars gathered(const Setup& setup, LayerRange layers) {
  return scalars_of(setup.mlp, parameters_of(setup.mlp, layers));
}

// The groups in which a collective goes on at once: all shards, or all sets of replicas.
std::vector<Group> shards(const Setup& setup) {
  std::vector<Group> all;
  for (int number = 0; number < replicas(setup); ++number)
    all.push_back(shard_of(setup, number * shard_size(setup)));
  return all;
}
std::vector<Group> sets_of_replicas(const Setup& setup) {
  std::vector<Group> all;
  for (Rank place = 0; place < shard_size(setup); ++place) all.push_back(replicas_of(setup, place));
  return all;
}

std::vector<Pair> neighbours_in(const std::vector<Group>& groups) {
  std::vector<Pair> pairs;
  for (const Group& group : groups)
    for (int index = 0; index < group.count && group.count > 1; ++index)
      pairs.emplace_back(group.rank_of(index), group.rank_of((index + 1) % group.count));
  return pairs;
}

// A collective round a ring in all of `groups` at once, whose messages may meet: each of its
// `steps` is as long as one step of all.
ClaimedTime at_once(const Setup& setup, NetworkView& network, const Collective& collective,
                    const std::vector<Group>& groups, int steps, Scalars vector) {
  ClaimedTime time = collective.group_duration(setup, network, groups.front(), vector);
  if (groups.size() == 1 || groups.front().count == 1 || network.uniform()) return time;
  const std::int64_t chunk =
      vector.part(block_count(vector.count, groups.front().count, 0)).bytes();
  const Round alone = network.round(neighbours_in({groups.front()}), chunk);
  const Round together = network.round(neighbours_in(groups), chunk);
  time.seconds += steps * (together.slowest_s - alone.slowest_s);
  if (together.contended || !together.alike)
    time.weaken(TimeClaim::estimate, "ranks that drift apart where steps share links");
  return time;
}

CollectiveCounts& operator+=(CollectiveCounts& sum, const CollectiveCounts& more) {
  return sum = sum + more;
}

}  // namespace

ClaimedTime gather_time(const Setup& setup, NetworkView& network, LayerRange layers) {
  return at_once(setup, network, allgather(), shards(setup), shard_size(setup) - 1,
                 gathered(setup, layers));
}

SumParts scatter_parts(const Setup& setup, NetworkView& network, LayerRange layers) {
  const Payload gradients = gradients_of(setup.mlp, layers);
  if (replicas(setup) == 1) return gradient_scatter_parts(setup, network, gradients);
  return {.rounds = at_once(setup, network, reduce_scatter(), shards(setup), shard_size(setup) - 1,
                            scalars_of(setup.mlp, gradients))};
}

// The sum of a block over its owners; the largest block, which the first worker owns.
ClaimedTime sum_time(const Setup& setup, NetworkView& network, LayerRange layers) {
  if (replicas(setup) == 1) return {};
  const Payload gradients = gradients_of(setup.mlp, layers);
  ClaimedTime time =
      at_once(setup, network, ring(), sets_of_replicas(setup), 2 * (replicas(setup) - 1),
              scalars_of(setup.mlp, block_of(setup, gradients, 0)));
  if (gradients.count % shard_size(setup) != 0)
    time.weaken(TimeClaim::upper_bound, "blocks that are one scalar smaller than the largest");
  return time;
}

// What all workers send and fold to scatter the gradients of `layers`.
CollectiveCounts scatter_counts(const Setup& setup, LayerRange layers) {
  const Payload gradients = gradients_of(setup.mlp, layers);
  if (replicas(setup) == 1) return gradient_scatter_counts(setup, gradients);
  CollectiveCounts counts;
  for (const Group& shard : shards(setup))
    counts += reduce_scatter().group_counts(setup, shard, scalars_of(setup.mlp, gradients));
  for (const Group& owners : sets_of_replicas(setup))
    counts += ring().group_counts(setup, owners,
                                  scalars_of(setup.mlp, block_of(setup, gradients, owners.first)));
  return counts;
}

CollectiveCounts gather_counts(const Setup& setup, LayerRange layers) {
  CollectiveCounts counts;
  for (const Group& shard : shards(setup))
    counts += allgather().group_counts(setup, shard, gathered(setup, layers));
  return counts;
}

Count scatter_buffers(const Setup& setup, LayerRange layers) {
  const Payload gradients = gradients_of(setup.mlp, layers);
  if (replicas(setup) == 1) return gradient_scatter_buffers(setup, gradients);
  const std::int64_t scattered =
      reduce_scatter().unfolded(setup, shard_of(setup, 0), scalars_of(setup.mlp, gradients));
  const std::int64_t summed = ring().unfolded(setup, replicas_of(setup, 0),
                                              scalars_of(setup.mlp, block_of(setup, gradients, 0)));
  return Count{std::max(scattered, summed)} * setup.mlp.precision.gradients;
}

}  // namespace lockstep::models::zero_plan
