#include "sim/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/random_stream.hpp"

namespace lockstep::sim {
namespace {

void do_nothing(void* /*target*/, std::uint64_t /*argument*/) {}

Event numbered(std::uint64_t number) { return {do_nothing, nullptr, number}; }

// The numbers of all pending events, in the order in which they leave.
std::vector<std::uint64_t> drain(EventQueue& queue) {
  std::vector<std::uint64_t> numbers;
  while (!queue.empty()) numbers.push_back(queue.pop().second.argument);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("event_queue: events leave in order of time, with their target and argument") {
  EventQueue queue;
  int target = 0;
  queue.push({30}, {do_nothing, &target, 3});
  queue.push({10}, {do_nothing, nullptr, 1});
  queue.push({20}, {do_nothing, nullptr, 2});
  CHECK(queue.pending() == 3);
  CHECK(queue.next_time().ps == 10);
  CHECK(queue.pop().first.ps == 10);
  CHECK(queue.pop().second.argument == 2);
  const auto [at, event] = queue.pop();
  CHECK(at.ps == 30);
  CHECK(event.target == &target);
  CHECK(event.argument == 3);
  CHECK(queue.empty());
}

TEST_CASE("event_queue: simultaneous events run in scheduling order") {
  EventQueue queue;
  for (std::uint64_t number = 0; number < 100; ++number) queue.push({5}, numbered(number));
  const Numbers left = drain(queue);
  REQUIRE(left.size() == 100);
  CHECK(std::ranges::is_sorted(left));
}

// 3,000 instants are far more than the queue remembers as recent, so later events of an instant
// land in younger lists of the same time: these must still follow the older ones.
TEST_CASE("event_queue: scheduling order holds across many instants pushed to in turn") {
  constexpr std::int64_t instants = 3'000;
  constexpr std::uint64_t rounds = 4;
  EventQueue queue;
  for (std::uint64_t round = 0; round < rounds; ++round)
    for (std::int64_t instant = 0; instant < instants; ++instant)
      queue.push({instant}, numbered(round));
  for (std::int64_t instant = 0; instant < instants; ++instant) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const auto [at, event] = queue.pop();
      REQUIRE(at.ps == instant);
      REQUIRE(event.argument == round);
    }
  }
  CHECK(queue.empty());
}

TEST_CASE("event_queue: an event pushed for the present instant runs after those already there") {
  EventQueue queue;
  queue.push({7}, numbered(1));
  queue.push({7}, numbered(2));
  CHECK(queue.pop().second.argument == 1);
  queue.push({7}, numbered(3));
  CHECK(drain(queue) == Numbers{2, 3});
  queue.push({7}, numbered(4));  // the instant had run dry
  CHECK(drain(queue) == Numbers{4});
}

TEST_CASE("event_queue: a cancelled event does not run, at the front, inside or at the end") {
  EventQueue queue;
  const EventHandle first = queue.push({1}, numbered(1));
  queue.push({1}, numbered(2));
  const EventHandle inside = queue.push({1}, numbered(3));
  queue.push({1}, numbered(4));
  const EventHandle last = queue.push({1}, numbered(5));
  CHECK(queue.cancel(first));
  CHECK(queue.cancel(inside));
  CHECK(queue.cancel(last));
  CHECK(queue.pending() == 2);
  queue.push({1}, numbered(6));  // after a cancelled tail
  CHECK(drain(queue) == Numbers{2, 4, 6});
}

TEST_CASE("event_queue: cancelling the earliest event moves next_time on") {
  EventQueue queue;
  const EventHandle early = queue.push({1}, numbered(1));
  queue.push({2}, numbered(2));
  CHECK(queue.cancel(early));
  CHECK(queue.next_time().ps == 2);
}

TEST_CASE("event_queue: cancel says whether it did, and old handles stay harmless") {
  EventQueue queue;
  CHECK_FALSE(queue.cancel(EventHandle{}));  // a handle of nothing
  const EventHandle cancelled = queue.push({1}, numbered(1));
  CHECK(queue.cancel(cancelled));
  CHECK_FALSE(queue.cancel(cancelled));
  CHECK(queue.empty());
  const EventHandle popped = queue.push({1}, numbered(2));
  CHECK(drain(queue) == Numbers{2});
  CHECK_FALSE(queue.cancel(popped));
  queue.push({1}, numbered(3));  // takes over the storage of an event that the handles named
  queue.push({1}, numbered(4));
  CHECK_FALSE(queue.cancel(cancelled));
  CHECK_FALSE(queue.cancel(popped));
  CHECK(drain(queue) == Numbers{3, 4});
}

// 1,000 cancelled of 1,002: tombstones outnumber the living by more than 64 long before the end,
// so they are swept; what is left keeps its order and its handles.
TEST_CASE("event_queue: a sweep of tombstones keeps order, handles and later pushes right") {
  EventQueue queue;
  std::vector<EventHandle> doomed;
  queue.push({500}, numbered(1));
  for (std::int64_t i = 0; i < 1'000; ++i) doomed.push_back(queue.push({i}, numbered(99)));
  const EventHandle survivor = queue.push({500}, numbered(2));
  for (const EventHandle handle : doomed) CHECK(queue.cancel(handle));
  queue.push({500}, numbered(3));
  queue.push({499}, numbered(0));
  for (const EventHandle handle : doomed) CHECK_FALSE(queue.cancel(handle));
  CHECK(queue.pending() == 4);
  SUBCASE("all survivors run") { CHECK(drain(queue) == Numbers{0, 1, 2, 3}); }
  SUBCASE("a survivor can be cancelled") {
    CHECK(queue.cancel(survivor));
    CHECK(drain(queue) == Numbers{0, 1, 3});
  }
}

// A std::multimap keeps equal keys in order of insertion: it is the specification.
class Reference {
 public:
  using Position = std::multimap<std::int64_t, std::uint64_t>::iterator;

  Position push(std::int64_t at, std::uint64_t number) { return pending_.emplace(at, number); }
  void cancel(Position position) { pending_.erase(position); }
  std::pair<std::int64_t, std::uint64_t> pop() {
    const auto first = *pending_.begin();
    pending_.erase(pending_.begin());
    return first;
  }
  [[nodiscard]] bool empty() const { return pending_.empty(); }
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }

 private:
  std::multimap<std::int64_t, std::uint64_t> pending_;
};

// Pushes, cancels and pops at random; compares every answer with the reference.
class RandomWalk {
 public:
  RandomWalk(std::uint64_t seed, std::uint64_t instants) : random_(seed, 0), instants_(instants) {}

  void push() {
    const std::int64_t at = now_ + static_cast<std::int64_t>(random_.below(instants_));
    const EventHandle handle = queue_.push({at}, numbered(handles_.size()));
    handles_.push_back({handle, reference_.push(at, handles_.size()), true});
  }
  void cancel() {
    if (handles_.empty()) return;
    Pushed& pushed = handles_[random_.below(handles_.size())];
    REQUIRE(queue_.cancel(pushed.handle) == pushed.pending);
    if (pushed.pending) reference_.cancel(pushed.position);
    pushed.pending = false;
  }
  void pop() {
    REQUIRE(queue_.empty() == reference_.empty());
    if (reference_.empty()) return;
    const auto [at, number] = reference_.pop();
    REQUIRE(queue_.next_time().ps == at);
    const auto [popped_at, event] = queue_.pop();
    REQUIRE(popped_at.ps == at);
    REQUIRE(event.argument == number);
    handles_[number].pending = false;
    now_ = at;
  }
  // `pushes`, `cancels`: how many of ten steps.
  void walk(int steps, std::uint64_t pushes, std::uint64_t cancels) {
    for (int step = 0; step < steps; ++step) {
      const std::uint64_t choice = random_.below(10);
      if (choice < pushes)
        push();
      else if (choice < pushes + cancels)
        cancel();
      else
        pop();
      REQUIRE(queue_.pending() == reference_.pending());
    }
  }
  [[nodiscard]] std::size_t pending() const { return reference_.pending(); }

 private:
  struct Pushed {
    EventHandle handle;
    Reference::Position position;
    bool pending;
  };

  RandomStream random_;
  std::uint64_t instants_;
  std::int64_t now_ = 0;
  EventQueue queue_;
  Reference reference_;
  std::vector<Pushed> handles_;
};

TEST_CASE("event_queue: random pushes, cancels and pops match a multimap") {
  for (const std::uint64_t instants : {1U, 3U, 50U, 5'000U, 1'000'000'000U}) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      CAPTURE(instants);
      CAPTURE(seed);
      RandomWalk walk(seed, instants);
      walk.walk(2'000, 6, 1);                 // grows
      walk.walk(3'000, 3, 6);                 // shrinks by cancels: tombstones are swept
      walk.walk(2'000, 5, 2);                 // grows again over reused storage
      while (walk.pending() > 0) walk.pop();  // runs dry
      walk.walk(500, 5, 2);
    }
  }
}

}  // namespace
}  // namespace lockstep::sim
