// Which samples are in which mini-batch.
//
// The samples form one endless row: they come in the order of one shuffle, then of the next
// shuffle, and so on. Each shuffle is an epoch. With P workers and b samples each, the joined k-th
// mini-batches of all workers are places k P b .. (k + 1) P b - 1 of that row, cut into P equal
// slices in the order of the workers. So
//
//   - every sample comes once in an epoch, and no two workers take the same place;
//   - the joined mini-batch depends on P b only: 4 workers with 16 samples see what one worker with
//     64 sees, in the same order;
//   - a mini-batch may end one epoch and begin the next.
//
// An object does not change after construction, so threads may share it.
#pragma once

#include <cstdint>
#include <span>

namespace lockstep::models {

class Batches {
 public:
  // All counts must be positive: samples in the data set, workers, samples of one mini-batch of one
  // worker.
  Batches(std::int64_t samples, std::int64_t workers, std::int64_t batch, std::uint64_t seed);

  [[nodiscard]] std::int64_t batch() const { return batch_; }

  // Writes the indices of the samples of `worker`'s mini-batch `k` (from 0) to `indices`, in order;
  // `indices` must have room for `batch()` of them. O(batch). The product k workers batch must stay
  // below 2^63.
  void fill(std::int64_t worker, std::int64_t k, std::span<std::int64_t> indices) const;

  // Returns the number of epochs, with its fraction, that all workers have seen after `k`
  // mini-batches each.
  [[nodiscard]] double epochs(std::int64_t k) const;

 private:
  std::int64_t samples_;
  std::int64_t workers_;
  std::int64_t batch_;
  std::uint64_t seed_;
};

}  // namespace lockstep::models
