// Work that is divided among threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace lockstep::cli {

// Threads that take jobs 0, 1, ... in turn until none is left or one of them says that it is
// enough. What they work on must outlive them; the destructor waits for them.
class Workers {
 public:
  // `job` returns whether there is to be another; it may run on several threads at once.
  Workers(std::size_t threads, std::size_t jobs, std::function<bool(std::size_t)> job);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // Takes jobs on this thread too, until none is left.
  void work();
  void join();

 private:
  std::size_t jobs_;
  std::function<bool(std::size_t)> job_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> enough_{false};
  std::vector<std::thread> threads_;
};

}  // namespace lockstep::cli
