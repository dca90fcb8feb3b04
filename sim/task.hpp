// A part of a process, or of another task: a coroutine that is awaited much as a function is
// called.
//
//   Task fetch(TaskMemory& memory, Engine& engine, Device& device) {
//     co_await engine.delay(five_microseconds);
//     co_await device.use(one_millisecond);
//   }
//   ... co_await fetch(memory, engine, device);
//
// A task begins when it is called, and its awaiter continues when it ends; neither takes simulated
// time.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

// GCC 12 warns for every task that its operator delete does not match how its memory was allocated.
// The warning appears at the end of a coroutine, in whichever source that stands.
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace lockstep::sim {

// The memory of the tasks of one process: those that it awaits, and those that these await in turn.
// Tasks are nested, so the memory of a task that has ended is reused for the next. It outlives its
// tasks.
class TaskMemory {
 public:
  TaskMemory() = default;
  TaskMemory(const TaskMemory&) = delete;
  TaskMemory& operator=(const TaskMemory&) = delete;

  [[nodiscard]] void* take(std::size_t size) {
    if (depth_ == blocks_.size() || blocks_[depth_].size < size + header) grow(size + header);
    std::byte* bytes = blocks_[depth_++].bytes.get();
    *reinterpret_cast<TaskMemory**>(bytes) = this;
    return bytes + header;
  }
  static void give_back(void* frame) {
    --(*reinterpret_cast<TaskMemory**>(static_cast<std::byte*>(frame) - header))->depth_;
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  static constexpr std::size_t header = alignof(std::max_align_t);  // holds a pointer to this

  // Makes room for the next task. Kept out of `take`, which is called for every task.
  [[gnu::noinline]] void grow(std::size_t size) {
    if (depth_ == blocks_.size()) blocks_.emplace_back();
    blocks_[depth_] = {std::make_unique<std::byte[]>(size), size};
  }

  std::vector<Block> blocks_;
  std::size_t depth_ = 0;
};

class [[nodiscard]] Task {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name is the language's
  struct promise_type {
    std::coroutine_handle<> caller;  // null while the task runs inside the call that began it

    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] auto final_suspend() const noexcept {
      struct Final {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(
            std::coroutine_handle<promise_type> handle) const noexcept {
          const std::coroutine_handle<> awaiting = handle.promise().caller;
          return awaiting ? awaiting : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
      };
      return Final{};
    }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

    // A task's first argument, not counting an object that it is a member of, is its memory.
    template <class... Others>
    static void* operator new(std::size_t size, TaskMemory& memory, const Others&... /*others*/) {
      return memory.take(size);
    }
    template <class Object, class... Others>
    static void* operator new(std::size_t size, Object& /*object*/, TaskMemory& memory,
                              const Others&... /*others*/) {
      return memory.take(size);
    }
    static void operator delete(void* frame) { TaskMemory::give_back(frame); }
  };

  Task() = default;  // a task that has ended, for work that takes no time and needs no coroutine
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return !handle_ || handle_.done(); }
  void await_suspend(std::coroutine_handle<> caller) const noexcept {
    handle_.promise().caller = caller;
  }
  void await_resume() const noexcept {}

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace lockstep::sim
