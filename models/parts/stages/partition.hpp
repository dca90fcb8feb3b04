// PipeDream's partitioner: which layers go into which stage of an asynchronous pipeline, and how
// many machines each stage gets, so that the slowest stage or border is as fast as possible.
//
// Layers i .. j on m machines take T(i,j,m) a mini-batch, and the best pipeline of layers 1 .. j on
// m machines takes A(j,m):
//
//   T(i,j,m) = 1/m max(sum of compute times, 2 (m-1)/m sum of parameter bytes / bandwidth)
//   A(j,m)   = min(T(1,j,m), min over i < j, n < m of max(A(i,m-n), 2 a(i)/bandwidth, T(i+1,j,n)))
//
// where a(i) is the number of bytes between layers i and i+1, which cross the border there and
// back. A stage's m replicas take mini-batches in turn and sum their gradients once for every m
// mini-batches, by a ring allreduce that the paper takes to be hidden behind computing. A is right
// because the slowest part of a pipeline whose last stage is i+1 .. j on n machines is the slowest
// of three parts that do not depend on each other. Narayanan et al.: "PipeDream", SOSP 2019,
// section 3.1; the paper's versions give the allreduce different constants, and this one is the
// ring's. All machines are used.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/language/mlp.hpp"

namespace lockstep::models {

// The profile of a layer for one mini-batch, measured or computed.
struct LayerProfile {
  double compute_s = 0;         // forward and backward
  double activation_bytes = 0;  // sent to the next layer
  double parameter_bytes = 0;
};

struct Partition {
  std::vector<PartitionStage> stages;
  double slowest_s = 0;  // the slowest stage or border, for a mini-batch
};

// Returns the fastest partition. Among equally fast ones a single stage comes first, then the one
// with the fewest machines in its last stage, then the one whose last stage begins first. Takes
// O(layers^2 machines^2) time and O(layers machines) memory; needs at least one layer and one
// machine.
[[nodiscard]] Partition best_partition(std::span<const LayerProfile> layers, int machines,
                                       double bytes_per_s);

// Returns T of a single stage with all `layers` on `machines` machines.
[[nodiscard]] double stage_s(std::span<const LayerProfile> layers, int machines,
                             double bytes_per_s);

}  // namespace lockstep::models
