// Which samples are in which mini-batch.
//
// The samples in the order of a shuffle, then in that of the next shuffle, and so on, are one
// endless row; each shuffle is an epoch. With P workers and b samples each, the k-th mini-batches
// of all workers joined are places k P b .. (k + 1) P b - 1 of that row, cut into P equal slices in
// the order of the workers. So
//
//   - every sample comes once in an epoch, and no two workers take the same place;
//   - the joined mini-batch depends on P b only: 4 workers with 16 samples see what one worker with
//     64 sees, in the same order;
//   - a mini-batch may end one epoch and begin the next.
//
// Nothing changes after construction: threads may share one object.
#pragma once

#include <cstdint>
#include <span>

namespace lockstep::models {

class Batches {
 public:
  // All counts > 0: samples in the data set, workers, samples of one mini-batch of one worker.
  Batches(std::int64_t samples, std::int64_t workers, std::int64_t batch, std::uint64_t seed);

  [[nodiscard]] std::int64_t batch() const { return batch_; }

  // Indices of the samples of `worker`'s mini-batch `k` (from 0), in order: `indices` has room for
  // `batch()` of them. O(batch). k workers batch must stay below 2^63.
  void fill(std::int64_t worker, std::int64_t k, std::span<std::int64_t> indices) const;

  // How many epochs, in fractions, all workers have seen after `k` mini-batches each.
  [[nodiscard]] double epochs(std::int64_t k) const;

 private:
  std::int64_t samples_;
  std::int64_t workers_;
  std::int64_t batch_;
  std::uint64_t seed_;
};

}  // namespace lockstep::models
