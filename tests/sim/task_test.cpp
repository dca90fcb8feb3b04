#include "sim/task.hpp"

#include <doctest/doctest.h>

#include <string>

#include "sim/countdown.hpp"
#include "sim/process.hpp"

namespace lockstep::sim {
namespace {

constexpr Picoseconds step{10};

struct Diary {
  Engine engine;
  std::string text;
  void note(const std::string& what) { text += what + "@" + std::to_string(engine.now().ps) + " "; }
};

Task wait(TaskMemory& /*memory*/, Diary& diary, int steps) {
  for (int i = 0; i < steps; ++i) co_await diary.engine.delay(step);
  diary.note("waited");
}

Task wait_twice(TaskMemory& memory, Diary& diary, int first, int second) {
  co_await wait(memory, diary, first);
  co_await wait(memory, diary, second);
  diary.note("twice");
}

Task nothing() { return {}; }

Process go(Diary& diary) {
  TaskMemory memory;
  co_await wait_twice(memory, diary, 1, 2);
  co_await wait(memory, diary, 0);
  co_await nothing();
  diary.note("end");
}

TEST_CASE("task: is awaited as a function is called, and takes the time of what it awaits") {
  Diary diary;
  diary.engine.spawn(go(diary), {"process", 0});
  CHECK(diary.engine.run({}).finished());
  CHECK(diary.text == "waited@10 waited@30 twice@30 waited@30 end@30 ");
}

TEST_CASE("task: one that a run leaves waiting is destroyed with its process") {
  struct Told {
    bool* told;
    ~Told() { *told = true; }
  };
  bool destroyed = false;
  {
    Diary diary;
    Countdown never(1);
    const auto wait_for_ever = [](TaskMemory& /*memory*/, Countdown& event, bool* told) -> Task {
      const Told at_end{told};
      co_await event;
    };
    const auto process = [&](Countdown& event, bool* told) -> Process {
      TaskMemory memory;
      co_await wait_for_ever(memory, event, told);
    };
    diary.engine.spawn(process(never, &destroyed), {"process", 0});
    CHECK(diary.engine.run({}).kind == Outcome::Kind::deadlock);
    CHECK_FALSE(destroyed);
  }
  CHECK(destroyed);
}

}  // namespace
}  // namespace lockstep::sim
