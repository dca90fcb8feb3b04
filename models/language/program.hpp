// A program: the coroutine that says what a rank does. It yields operations to whoever reads it.
//
// Programs call programs: `co_await ring::program(...)` runs the inner one to its end as part of
// the same strand. A reader drives a strand with `next`, carries out what it gets, and answers with
// `answer` where the operation has a result.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <utility>

#include "models/language/operation.hpp"

namespace lockstep::models {

class Strand;

class [[nodiscard]] Program {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name is the language's
  struct promise_type {
    Strand* strand = nullptr;
    std::coroutine_handle<> caller;

    Program get_return_object() {
      return Program(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] inline auto final_suspend() const noexcept;
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Program(Program&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Program& operator=(Program&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (handle_) handle_.destroy();
  }

  // These functions implement `co_await program` inside another program.
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  inline std::coroutine_handle<> await_suspend(Handle caller) const noexcept;
  void await_resume() const noexcept {}

 private:
  friend class Strand;
  explicit Program(Handle handle) : handle_(handle) {}
  Handle handle_;
};

// A running program and the programs that it calls.
class Strand {
 public:
  explicit Strand(Program program) : root_(std::move(program)), innermost_(root_.handle_) {
    root_.handle_.promise().strand = this;
  }
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // Runs to the next operation and returns it, or null when the program has ended.
  [[nodiscard]] const Operation* next() {
    pending_ = nullptr;
    innermost_.resume();
    return pending_;
  }

  // Set the result of the operation that `next` returned last: the message of a receive, the strand
  // of a fork, or whether the message that a probe asks for is there.
  void answer(const Message& message) { message_ = message; }
  void answer(std::uint32_t strand) { forked_ = strand; }
  void answer(bool is_there) { is_there_ = is_there; }

 private:
  friend class Program;
  friend struct OperationAwaiter;

  Program root_;
  std::coroutine_handle<> innermost_;
  const Operation* pending_ = nullptr;
  Message message_;
  std::uint32_t forked_ = 0;
  bool is_there_ = false;
};

auto Program::promise_type::final_suspend() const noexcept {
  struct Final {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle handle) const noexcept {
      const promise_type& promise = handle.promise();
      if (!promise.caller) return std::noop_coroutine();
      promise.strand->innermost_ = promise.caller;
      return promise.caller;
    }
    void await_resume() const noexcept {}
  };
  return Final{};
}

std::coroutine_handle<> Program::await_suspend(Handle caller) const noexcept {
  promise_type& promise = handle_.promise();
  promise.strand = caller.promise().strand;
  promise.caller = caller;
  promise.strand->innermost_ = handle_;
  return handle_;
}

// The awaiter of `co_await worker.send(...)` and of other operations without a result.
struct OperationAwaiter {
  Operation operation;
  Strand* strand = nullptr;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(Program::Handle handle) noexcept {
    strand = handle.promise().strand;
    strand->innermost_ = handle;
    strand->pending_ = &operation;
  }
  void await_resume() const noexcept {}

 protected:
  [[nodiscard]] const Message& answered_message() const { return strand->message_; }
  [[nodiscard]] std::uint32_t answered_strand() const { return strand->forked_; }
  [[nodiscard]] bool answered_probe() const { return strand->is_there_; }
};
struct MessageAwaiter : OperationAwaiter {
  [[nodiscard]] Message await_resume() const noexcept { return answered_message(); }
};
struct ForkAwaiter : OperationAwaiter {
  [[nodiscard]] std::uint32_t await_resume() const noexcept { return answered_strand(); }
};
struct ProbeAwaiter : OperationAwaiter {
  [[nodiscard]] bool await_resume() const noexcept { return answered_probe(); }
};

}  // namespace lockstep::models
