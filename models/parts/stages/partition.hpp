// PipeDream's partitioner: which layers go into which stage of an asynchronous pipeline, and how
// many machines each stage gets, so that its slowest stage or border is as fast as can be.
//
// Layers i .. j on m machines take T(i,j,m) a mini-batch, and the best pipeline of layers 1 .. j on
// m machines takes A(j,m):
//
//   T(i,j,m) = 1/m max(sum of compute times, 2 (m-1)/m sum of parameter bytes / bandwidth)
//   A(j,m)   = min(T(1,j,m), min over i < j, n < m of max(A(i,m-n), 2 a(i)/bandwidth, T(i+1,j,n)))
//
// where a(i) are the bytes between layers i and i+1: they are crossed there and back. A stage's m
// replicas take mini-batches in turn and sum their gradients once for m of them, by a ring
// allreduce, which the paper takes to be hidden behind computing. Why A is right: the slowest part
// of a pipeline whose last stage is i+1 .. j on n machines is the slowest of three that do not
// depend on each other. Narayanan et al.: "PipeDream", SOSP 2019, section 3.1; its versions give
// the allreduce different constants, this is the one of the ring. All machines are used.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/language/mlp.hpp"

namespace lockstep::models {

// What was measured, or computed, of a layer for one mini-batch.
struct LayerProfile {
  double compute_s = 0;         // forward and backward
  double activation_bytes = 0;  // that go on to the next layer
  double parameter_bytes = 0;
};

struct Partition {
  std::vector<PartitionStage> stages;
  double slowest_s = 0;  // stage or border, a mini-batch
};

// Of those equally fast the one with fewest machines in its last stage, of these the one whose last
// stage begins first; but a single stage before any other. O(layers^2 machines^2) time, O(layers
// machines) memory; at least one layer and one machine.
[[nodiscard]] Partition best_partition(std::span<const LayerProfile> layers, int machines,
                                       double bytes_per_s);

// T, for all of `layers`.
[[nodiscard]] double stage_s(std::span<const LayerProfile> layers, int machines,
                             double bytes_per_s);

}  // namespace lockstep::models
