// The processes that an MPI launcher started, one per rank, as this one sees them. It is a library
// of its own because it exists only if the program is built with MPI.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/readers/execute/execute.hpp"

namespace lockstep::models {

class MpiWorld {
 public:
  // To be constructed once per process. If MPI cannot start, MPI says why and ends the process.
  MpiWorld();
  // Waits for all other processes.
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }

  // Returns the `value` of every process, by rank. All processes must call it.
  [[nodiscard]] std::vector<std::int64_t> all_say(std::int64_t value) const;
  // Copies rank 0's numbers to all processes, as many as each has room for. All must call it; those
  // that wait leave the processor to others.
  void take_from_first(std::span<std::int64_t> numbers) const;
  // Sends a text to a process, and waits until that process has most likely taken it.
  void send_text(int to, const std::string& text) const;
  // Returns the next text that has arrived, and who sent it, if there is one. Texts of one process
  // come in the order in which it sent them.
  [[nodiscard]] std::optional<std::pair<int, std::string>> take_text() const;
  // Ends all processes, whatever state they are in.
  [[noreturn]] void abort(int exit_code) const;

  // Carries out a run on all processes together. There must be as many as it has ranks, and it must
  // not need shared memory. Returns the full result on rank 0, elsewhere only whether the run
  // finished. A stop of one process stops all, and only `abort` may follow.
  [[nodiscard]] Executed execute(const Problem& problem, const std::atomic<bool>* stop) const;

 private:
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace lockstep::models
