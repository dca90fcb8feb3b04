// A process: a C++20 coroutine that lives on an engine's clock.
//
//   Process clerk(Engine& engine, Device& device) {
//     co_await engine.delay(five_microseconds);
//     co_await device.use(one_millisecond);
//   }
//   engine.spawn(clerk(engine, device), {"clerk", 0});
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "sim/engine.hpp"

namespace lockstep::sim {

class [[nodiscard]] Process {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name is the language's
  struct promise_type {
    Engine* engine = nullptr;
    ProcessIndex index = 0;

    Process get_return_object() {
      return Process(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] auto final_suspend() const noexcept {
      // The frame is destroyed here, from inside: nothing may touch it afterwards.
      struct Final {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> handle) const noexcept {
          Engine* owner = handle.promise().engine;
          const ProcessIndex ended = handle.promise().index;
          handle.destroy();
          owner->process_ended(ended);
        }
        void await_resume() const noexcept {}
      };
      return Final{};
    }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };

  Process(Process&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (handle_) handle_.destroy();
  }

 private:
  friend class Engine;
  explicit Process(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

// `ProcessIndex me = co_await this_process()` returns the process's own index and takes no time.
[[nodiscard]] inline auto this_process() {
  struct Awaiter {
    ProcessIndex index = 0;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<Process::promise_type> handle) noexcept {
      index = handle.promise().index;
      return false;
    }
    [[nodiscard]] ProcessIndex await_resume() const noexcept { return index; }
  };
  return Awaiter{};
}

}  // namespace lockstep::sim
