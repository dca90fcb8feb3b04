#include "sim/engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/process.hpp"

namespace lockstep::sim {
namespace {

// Who did something, and when.
using Log = std::vector<std::pair<int, std::int64_t>>;
using Lines = std::vector<std::string>;

Process sleeper(Engine& engine, int who, std::vector<Picoseconds> spans, Log& log) {
  log.emplace_back(who, engine.now().ps);
  for (const Picoseconds span : spans) {
    co_await engine.delay(span);
    log.emplace_back(who, engine.now().ps);
  }
}

TEST_CASE("engine: a run without processes finishes at once") {
  Engine engine;
  CHECK(engine.run().finished());
  CHECK(engine.now().ps == 0);
  CHECK(engine.events_run() == 0);
}

// One event starts the process, one ends each delay: 1 + 3.
TEST_CASE("engine: a delay moves the clock, and each costs one event") {
  Engine engine;
  Log log;
  engine.spawn(sleeper(engine, 0, {{5}, {0}, {7}}, log), {});
  CHECK(engine.run().finished());
  CHECK(log == Log{{0, 0}, {0, 5}, {0, 5}, {0, 12}});
  CHECK(engine.events_run() == 4);
}

// At 10 both wake; the second process went to sleep for it first (at 0, the other at 4).
TEST_CASE("engine: processes start in order of spawning and wake in order of scheduling") {
  Engine engine;
  Log log;
  engine.spawn(sleeper(engine, 1, {{4}, {6}}, log), {});
  engine.spawn(sleeper(engine, 2, {{10}}, log), {});
  CHECK(engine.run().finished());
  CHECK(log == Log{{1, 0}, {2, 0}, {1, 4}, {2, 10}, {1, 10}});
}

Process spawner(Engine& engine, Log& log) {
  co_await engine.delay({3});
  engine.spawn(sleeper(engine, 1, {{2}}, log), {});
  log.emplace_back(0, engine.now().ps);
}

TEST_CASE("engine: a process spawned during a run starts in that instant, behind its spawner") {
  Engine engine;
  Log log;
  engine.spawn(spawner(engine, log), {});
  CHECK(engine.run().finished());
  CHECK(log == Log{{0, 3}, {1, 3}, {1, 5}});
}

Process joiner(Engine& engine, int who, ProcessIndex awaited, Picoseconds at, Log& log) {
  co_await engine.delay(at);
  co_await engine.end_of(awaited);
  log.emplace_back(who, engine.now().ps);
}

TEST_CASE("engine: a process that ends wakes who joins it; one that has ended is not waited for") {
  Engine engine;
  Log log;
  const ProcessIndex early = engine.spawn(sleeper(engine, 0, {{5}}, log), {});
  const ProcessIndex late = engine.spawn(sleeper(engine, 1, {{50}}, log), {});
  engine.spawn(joiner(engine, 2, early, {8}, log), {});
  engine.spawn(joiner(engine, 3, late, {8}, log), {});
  CHECK_FALSE(engine.has_ended(early));
  CHECK(engine.run().finished());
  CHECK(engine.has_ended(early));
  CHECK(log == Log{{0, 0}, {1, 0}, {0, 5}, {2, 8}, {1, 50}, {3, 50}});
}

// Suspends for good: what it waits for never comes.
struct Never {
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> /*handle*/) const noexcept {}
  void await_resume() const noexcept {}
};

Process stuck(Engine& engine, ProcessIndex self, Picoseconds at, Wait wait) {
  co_await engine.delay(at);
  engine.set_wait(self, wait);
  co_await Never{};
}

Process joins_many(Engine& engine, int children, ProcessIndex& highest, Log& log) {
  for (int child = 0; child < children; ++child) {
    const ProcessIndex index = engine.spawn(sleeper(engine, child, {{1}}, log), {});
    highest = std::max(highest, index);
    co_await engine.end_of(index);
  }
}

// One record for the joiner, one that its children take in turn.
TEST_CASE("engine: the index of a process that was waited for names another one later") {
  Engine engine;
  Log log;
  ProcessIndex highest = 0;
  engine.spawn(joins_many(engine, 1000, highest, log), {});
  CHECK(engine.run().finished());
  CHECK(log.size() == 2000);
  CHECK(highest == 1);
}

// 1.5 us = 1,500,000 ps. Process 0 ends and is not named.
TEST_CASE("engine: a deadlock names who waits for what, since when, in order of spawning") {
  Engine engine;
  Log log;
  engine.spawn(sleeper(engine, 0, {{1}}, log), {"rank", 0});
  engine.spawn(stuck(engine, 1, {1'500'000}, {"a message from rank {} with tag {}", 4, 17}),
               {"rank", 1});
  engine.spawn(stuck(engine, 2, {0}, {"the end of strand {}", 8, 0}), {"server", 0});
  engine.spawn(stuck(engine, 3, {0}, {}), {"rank", 3});
  const Outcome outcome = engine.run();
  CHECK(outcome.kind == Outcome::Kind::deadlock);
  CHECK_FALSE(outcome.finished());
  CHECK(outcome.waiting == Lines{"rank 1 waits for a message from rank 4 with tag 17 since 1.5 us",
                                 "server 0 waits for the end of strand 8 since 0 s",
                                 "rank 3 waits for nothing it can name since 0 s"});
}

TEST_CASE("engine: who joins a process that never ends is part of the deadlock") {
  Engine engine;
  Log log;
  const ProcessIndex never = engine.spawn(stuck(engine, 0, {0}, {"rain", 0, 0}), {"farmer", 1});
  engine.spawn(joiner(engine, 1, never, {0}, log), {"joiner", 1});
  const Outcome outcome = engine.run();
  CHECK(outcome.kind == Outcome::Kind::deadlock);
  CHECK(outcome.waiting.size() == 2);
  CHECK(log.empty());
}

// What events and ends of instants append to.
struct Trace {
  Engine engine;
  Lines lines;

  void note(const std::string& what) {
    lines.push_back(what + " at " + std::to_string(engine.now().ps));
  }
  void event_after(Picoseconds delay, void (*run)(void*, std::uint64_t)) {
    engine.after(delay, {run, this, 0});
  }
};

Trace& trace_of(void* target) { return *static_cast<Trace*>(target); }

void note_end(void* target, std::uint64_t /*argument*/) { trace_of(target).note("end"); }
void note_event(void* target, std::uint64_t /*argument*/) { trace_of(target).note("event"); }
void note_and_ask_for_end(void* target, std::uint64_t /*argument*/) {
  trace_of(target).note("asked");
  trace_of(target).engine.at_end_of_instant({note_end, target, 0});
}
void end_with_event_now(void* target, std::uint64_t /*argument*/) {
  trace_of(target).note("end");
  trace_of(target).event_after({0}, note_event);
}

TEST_CASE("engine: at_end_of_instant runs once, after the last event of the instant") {
  Trace trace;
  trace.event_after({5}, note_and_ask_for_end);
  trace.event_after({5}, note_and_ask_for_end);
  trace.event_after({5}, note_event);
  trace.event_after({9}, note_event);
  CHECK(trace.engine.run().finished());
  CHECK(trace.lines == Lines{"asked at 5", "asked at 5", "event at 5", "end at 5", "event at 9"});
}

TEST_CASE("engine: at_end_of_instant runs when no event is left, and before the first instant") {
  Trace trace;
  SUBCASE("after the last event of all") {
    trace.event_after({5}, note_and_ask_for_end);
    CHECK(trace.engine.run().finished());
    CHECK(trace.lines == Lines{"asked at 5", "end at 5"});
  }
  SUBCASE("before the clock first moves") {
    trace.engine.at_end_of_instant({note_end, &trace, 0});
    trace.event_after({5}, note_event);
    CHECK(trace.engine.run().finished());
    CHECK(trace.lines == Lines{"end at 0", "event at 5"});
  }
  SUBCASE("an event that it schedules for now runs now") {
    trace.engine.at_end_of_instant({end_with_event_now, &trace, 0});
    trace.event_after({5}, note_event);
    CHECK(trace.engine.run().finished());
    CHECK(trace.lines == Lines{"end at 0", "event at 0", "event at 5"});
  }
}

TEST_CASE("engine: a cancelled event does not run and does not move the clock") {
  Trace trace;
  trace.event_after({5}, note_event);
  const EventHandle late = trace.engine.after({50}, {note_event, &trace, 0});
  CHECK(trace.engine.cancel(late));
  CHECK(trace.engine.run().finished());
  CHECK(trace.engine.now().ps == 5);
}

Process ticker(Engine& engine, std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i) co_await engine.delay({1});
}

// The stop flag is looked at every 65,536 events, here one a picosecond after the first.
TEST_CASE("engine: the stop flag ends a run between events, and the run can go on") {
  Engine engine;
  engine.spawn(ticker(engine, 100'000), {});
  std::atomic<bool> stop = true;
  const Outcome stopped = engine.run({&stop, {}});
  CHECK(stopped.kind == Outcome::Kind::stopped);
  CHECK(engine.events_run() == 65'536);
  CHECK(engine.now().ps == 65'535);
  stop = false;
  CHECK(engine.run({&stop, {}}).finished());
  CHECK(engine.now().ps == 100'000);
}

// 1 + 200,000 events hold three times 65,536 = 196,608.
TEST_CASE("engine: progress is told every 65,536 events") {
  Engine engine;
  engine.spawn(ticker(engine, 200'000), {});
  Log told;
  CHECK(engine
            .run({nullptr,
                  [&told](Picoseconds now, std::uint64_t events) {
                    told.emplace_back(static_cast<int>(events), now.ps);
                  }})
            .finished());
  CHECK(told == Log{{65'536, 65'535}, {131'072, 131'071}, {196'608, 196'607}});
}

TEST_CASE("engine: an event past the longest run ends it as too long, after all before it") {
  Engine engine;
  Log log;
  engine.spawn(sleeper(engine, 0, {{10}, longest_run}, log), {});
  engine.spawn(sleeper(engine, 1, {{20}}, log), {});
  CHECK(engine.run().kind == Outcome::Kind::too_long);
  CHECK(log == Log{{0, 0}, {1, 0}, {0, 10}, {1, 20}});
}

TEST_CASE("engine: a cancelled event past the longest run does no harm") {
  Trace trace;
  const EventHandle far = trace.engine.after(longest_run, {note_event, &trace, 0});
  CHECK(trace.engine.cancel(far));
  trace.event_after({5}, note_event);
  CHECK(trace.engine.run().finished());
}

// Counts how many are alive, to see what happens to the locals of processes.
struct Counted {
  explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
  ~Counted() { --*alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int* alive_;
};

Process holder(Engine& engine, int& alive, bool forever) {
  const Counted counted(alive);
  co_await engine.delay({1});
  if (forever) co_await Never{};
}

TEST_CASE("engine: locals of a process go when it ends, or with the engine") {
  int alive = 0;
  {
    Engine engine;
    engine.spawn(holder(engine, alive, false), {});
    engine.spawn(holder(engine, alive, true), {});
    CHECK(alive == 0);  // not started yet
    CHECK(engine.run().kind == Outcome::Kind::deadlock);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

}  // namespace
}  // namespace lockstep::sim
