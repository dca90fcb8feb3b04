// PipeDream's partitioner against exhaustive search and by hand.
#include "models/parts/stages/partition.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "sim/random_stream.hpp"

namespace lockstep::models {

namespace {

using Profiles = std::vector<LayerProfile>;
using Stages = std::vector<PartitionStage>;

constexpr double bytes_per_s = 1e6;

// The slowest stage or border of a given pipeline.
double slowest_s(const Profiles& layers, const Stages& stages) {
  double slowest = 0;
  for (const PartitionStage& stage : stages) {
    const auto first = static_cast<std::size_t>(stage.layers.first);
    const auto mine =
        std::span(layers).subspan(first, static_cast<std::size_t>(stage.layers.count));
    slowest = std::max(slowest, stage_s(mine, stage.machines, bytes_per_s));
    if (first > 0)
      slowest = std::max(slowest, 2 * layers[first - 1].activation_bytes / bytes_per_s);
  }
  return slowest;
}

// Tries every way to cut the layers from `stages`' end on and to give out `machines`.
double exhaustive_s(const Profiles& layers, Stages& stages, int machines) {
  const std::int64_t begin =
      stages.empty() ? 0 : stages.back().layers.first + stages.back().layers.count;
  const std::int64_t left = static_cast<std::int64_t>(layers.size()) - begin;
  if (left == 0)
    return machines == 0 ? slowest_s(layers, stages) : std::numeric_limits<double>::infinity();
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t count = 1; count <= left; ++count)
    for (int mine = 1; mine <= machines; ++mine) {
      stages.push_back({{begin, count}, mine});
      best = std::min(best, exhaustive_s(layers, stages, machines - mine));
      stages.pop_back();
    }
  return best;
}

Profiles random_profiles(sim::RandomStream& random) {
  Profiles layers(1 + random.below(6));
  for (LayerProfile& layer : layers)
    layer = {random.uniform(), 5e5 * random.uniform() * random.uniform(),
             2e6 * random.uniform() * random.uniform()};
  return layers;
}

}  // namespace

TEST_CASE("partition: as fast as the best of all, for up to 6 layers on up to 4 machines") {
  sim::RandomStream random(31, 0);
  int pipelines = 0;
  int replicated = 0;
  for (int i = 0; i < 600; ++i) {
    const Profiles layers = random_profiles(random);
    const int machines = static_cast<int>(1 + random.below(4));
    const Partition found = best_partition(layers, machines, bytes_per_s);
    Stages none;
    CHECK(found.slowest_s == doctest::Approx(exhaustive_s(layers, none, machines)).epsilon(1e-12));
    CHECK(slowest_s(layers, found.stages) == doctest::Approx(found.slowest_s).epsilon(1e-12));
    std::int64_t next = 0;
    int given = 0;
    for (const PartitionStage& stage : found.stages) {
      CHECK(stage.layers.first == next);
      next += stage.layers.count;
      given += stage.machines;
      replicated += stage.machines > 1 ? 1 : 0;
    }
    CHECK(next == static_cast<std::int64_t>(layers.size()));
    CHECK(given == machines);
    pipelines += found.stages.size() > 1 ? 1 : 0;
  }
  CHECK(pipelines > 100);
  CHECK(replicated > 100);
}

TEST_CASE("partition: unequal layers are cut where stages come out alike") {
  // 3, 1, 2, 2 s on two machines, parameters too many to replicate: 4 + 4 s, a border that takes
  // 2 x 0.5 s in between.
  const Profiles layers = {{3, 5e5, 1e9}, {1, 5e5, 1e9}, {2, 5e5, 1e9}, {2, 5e5, 1e9}};
  const Partition found = best_partition(layers, 2, bytes_per_s);
  CHECK(found.stages == Stages{{{0, 2}, 1}, {{2, 2}, 1}});
  CHECK(found.slowest_s == doctest::Approx(4));
}

TEST_CASE("partition: few parameters are replicated, large borders avoided") {
  // 4 layers of 1 s with no parameters to speak of, and 10 s for a border: one stage on all 4
  // machines, 1 s a mini-batch.
  const Profiles layers(4, {1, 5e6, 1});
  const Partition found = best_partition(layers, 4, bytes_per_s);
  CHECK(found.stages == Stages{{{0, 4}, 4}});
  CHECK(found.slowest_s == doctest::Approx(1));
}

TEST_CASE("partition: layers of a convolutional network in front, one of many parameters behind") {
  // The paper's case of VGG-16: 3 s of computing with few parameters, then 1 s with many. Four
  // machines: 3 replicas of the first two layers (3 s / 3) before one of the last. Replicas of all
  // would have to exchange 1e8 bytes x 2 x 3/4 at 1e6 bytes/s, for 4 mini-batches.
  const Profiles layers = {{2, 1e5, 1e3}, {1, 1e5, 1e3}, {1, 1e5, 1e8}};
  const Partition found = best_partition(layers, 4, bytes_per_s);
  CHECK(found.stages == Stages{{{0, 2}, 3}, {{2, 1}, 1}});
  CHECK(found.slowest_s == doctest::Approx(1));
}

}  // namespace lockstep::models
