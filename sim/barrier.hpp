// A place where processes wait for each other: when the last of `parties` comes, all go on, in the
// order in which they came; then it can be used again.
#pragma once

#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

namespace lockstep::sim {

class Barrier {
 public:
  explicit Barrier(std::size_t parties) : parties_(parties) {}

  // `co_await barrier.arrive()`.
  [[nodiscard]] auto arrive() {
    struct Awaiter {
      Barrier* barrier;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) const {
        const bool last = barrier->waiting_.size() + 1 == barrier->parties_;
        if (last)
          barrier->release();
        else
          barrier->waiting_.push_back(handle);
        return !last;
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{this};
  }

 private:
  // Who goes on may come again at once: that is the next round, which needs the last of this one.
  void release() {
    for (const std::coroutine_handle<> handle : std::exchange(waiting_, {})) handle.resume();
  }

  std::size_t parties_;
  std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace lockstep::sim
