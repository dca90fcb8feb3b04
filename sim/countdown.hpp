// Lets one process wait until a number of things have happened.
#pragma once

#include <coroutine>
#include <utility>

namespace lockstep::sim {

class Countdown {
 public:
  explicit Countdown(int left) : left_(left) {}

  // Records that one of the things has happened; after the last, the waiting process continues at
  // once.
  void done() {
    --left_;
    if (left_ == 0 && waiting_) std::exchange(waiting_, nullptr).resume();
  }

  // These functions implement `co_await countdown`.
  [[nodiscard]] bool await_ready() const { return left_ <= 0; }
  void await_suspend(std::coroutine_handle<> handle) { waiting_ = handle; }
  void await_resume() const {}

 private:
  int left_;
  std::coroutine_handle<> waiting_;
};

}  // namespace lockstep::sim
