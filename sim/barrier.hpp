// A reusable barrier for processes: when the last of `parties` processes arrives, all continue, in
// the order in which they arrived.
#pragma once

#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

namespace lockstep::sim {

class Barrier {
 public:
  explicit Barrier(std::size_t parties) : parties_(parties) {}

  // `co_await barrier.arrive()` waits until all parties have arrived.
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
  // A resumed process may arrive again at once. That arrival belongs to the next round, which
  // cannot end before the last process of this round arrives again.
  void release() {
    for (const std::coroutine_handle<> handle : std::exchange(waiting_, {})) handle.resume();
  }

  std::size_t parties_;
  std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace lockstep::sim
