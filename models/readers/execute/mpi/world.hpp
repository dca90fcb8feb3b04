// The processes that an MPI launcher started, one a rank: this one among them.
// A library of its own, for it is there only if the program is built with MPI.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "models/readers/execute/execute.hpp"

namespace lockstep::models {

class MpiWorld {
 public:
  // Once a process. Where MPI cannot start, it says why itself and ends the process.
  MpiWorld();
  // Waits for all others.
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }

  // What every process says, by rank. All must call it.
  [[nodiscard]] std::vector<std::int64_t> all_say(std::int64_t value) const;
  // Gives all processes rank 0's numbers, as many as each has room for. All must call it; those
  // that wait leave the processor to others.
  void take_from_first(std::span<std::int64_t> numbers) const;
  // Ends all processes, in whatever state they are.
  [[noreturn]] void abort(int exit_code) const;

  // All processes carry the run out together; there are as many as it has ranks, and it needs no
  // shared memory. On rank 0, what it came to; elsewhere only whether it finished. A stop of one is
  // a stop of all, and only `abort` may follow.
  [[nodiscard]] Executed execute(const Problem& problem, const std::atomic<bool>* stop) const;

 private:
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace lockstep::models
