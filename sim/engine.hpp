// The engine: a virtual clock, the event queue, and the processes that wait for events.
//
// Simultaneous events run in the order in which they were scheduled. After the last event of an
// instant, before the clock moves, the event given to `at_end_of_instant`, if any, runs once: there
// the network solves for the rates of all flows that started or ended in the instant.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/picoseconds.hpp"
#include "sim/event_queue.hpp"

namespace lockstep::sim {

class Process;

// The name of a process in a report: "rank" 3 -> "rank 3".
struct ProcessName {
  const char* role = "process";
  std::int64_t number = 0;
};

// What a process waits for. `what` is a format with up to two numbers: "a message from rank {} with
// tag {}"; null while it waits for nothing but its own next event.
struct Wait {
  const char* what = nullptr;
  std::int64_t first = 0;
  std::int64_t second = 0;
};

struct ProcessRecord {
  ProcessName name;
  Wait wait;
  Picoseconds since;
  std::coroutine_handle<> handle;         // null once it has ended
  std::coroutine_handle<> waits_for_end;  // the process that joins it; null if none does
};

using ProcessIndex = std::uint32_t;

// How a run ended.
struct Outcome {
  enum class Kind : std::uint8_t {
    finished,
    deadlock,  // processes are left, but no event
    stopped,   // by the stop flag
    too_long,  // the clock would pass `longest_run`
  };
  Kind kind = Kind::finished;
  std::vector<std::string> waiting;  // deadlock: a line for each process, by index

  [[nodiscard]] bool finished() const { return kind == Kind::finished; }
};

// How a caller watches and stops a long run.
struct RunControl {
  const std::atomic<bool>* stop = nullptr;
  std::function<void(Picoseconds now, std::uint64_t events)> progress;  // every 65,536 events
};

class Engine {
 public:
  Engine() = default;
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] Picoseconds now() const { return now_; }
  [[nodiscard]] std::uint64_t events_run() const { return events_run_; }

  // Schedules an event `delay` (at least 0) from now.
  EventHandle after(Picoseconds delay, Event event) {
    const Picoseconds at = saturating_add(now_, delay);
    too_long_ = too_long_ || at == longest_run;
    return queue_.push(at, event);
  }
  bool cancel(EventHandle handle) { return queue_.cancel(handle); }

  // Resumes a coroutine `delay` from now.
  void resume_after(Picoseconds delay, std::coroutine_handle<> handle) {
    after(delay, {[](void* target, std::uint64_t) {
                    std::coroutine_handle<>::from_address(target).resume();
                  },
                  handle.address(), 0});
  }

  // Runs `event` once, after the last event of this instant. One at a time can be registered.
  void at_end_of_instant(Event event) { end_of_instant_ = event; }

  // Starts a process now, after the events of this instant that are already scheduled.
  ProcessIndex spawn(Process process, ProcessName name);

  // Records what process `index` waits for from now on, for the deadlock report; `{}` when it
  // continues.
  void set_wait(ProcessIndex index, Wait wait) {
    processes_[index].wait = wait;
    processes_[index].since = now_;
  }
  [[nodiscard]] bool has_ended(ProcessIndex index) const { return !processes_[index].handle; }

  // Runs until no event is left, the run is stopped, or the clock would pass `longest_run`.
  Outcome run(const RunControl& control = {});
  // Ends the run after this event, whatever else is scheduled.
  void finish() { finished_ = true; }

  // `co_await engine.delay(d)` makes a process wait for `d`.
  [[nodiscard]] auto delay(Picoseconds span) {
    struct Awaiter {
      Engine* engine;
      Picoseconds span;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const {
        engine->resume_after(span, handle);
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{this, span};
  }

  // `co_await engine.end_of(index)` waits until that process has ended. One process may wait for
  // it, once: afterwards the index may name a new process, so that a long run of short processes
  // needs no further memory.
  [[nodiscard]] auto end_of(ProcessIndex index) {
    struct Awaiter {
      Engine* engine;
      ProcessIndex index;
      [[nodiscard]] bool await_ready() const noexcept { return engine->has_ended(index); }
      void await_suspend(std::coroutine_handle<> handle) const {
        engine->processes_[index].waits_for_end = handle;
      }
      void await_resume() const { engine->free_processes_.push_back(index); }
    };
    return Awaiter{this, index};
  }

 private:
  friend class Process;

  // Called by a process that ends; resumes the process that waits for it.
  void process_ended(ProcessIndex index);
  [[nodiscard]] std::vector<std::string> describe_waiting() const;

  EventQueue queue_;
  Picoseconds now_;
  Event end_of_instant_;
  std::vector<ProcessRecord> processes_;
  std::vector<ProcessIndex> free_processes_;  // ended and waited for
  std::uint64_t events_run_ = 0;
  std::size_t processes_alive_ = 0;
  bool too_long_ = false;
  bool finished_ = false;
};

}  // namespace lockstep::sim
