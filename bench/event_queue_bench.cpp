// The hold model on our event queue and on a bare heap, in one run: how much do cancelling,
// stable handles and the fixed order of simultaneous events cost?
//
// Hold model: with n events pending, take the next one and push another an exponential-like
// increment later. One item is one pop with its push.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include "sim/event_queue.hpp"
#include "sim/random_stream.hpp"

namespace lockstep::sim {
namespace {

// Increments are drawn beforehand, so that the benchmark times queues and no logarithms.
std::vector<Picoseconds> exponential_increments() {
  constexpr std::size_t count = 1U << 16U;
  constexpr double mean_ps = 1e6;
  RandomStream random(1, 0);
  std::vector<Picoseconds> increments(count);
  for (Picoseconds& increment : increments)
    increment = {static_cast<std::int64_t>(-std::log1p(-random.uniform()) * mean_ps)};
  return increments;
}

class Increments {
 public:
  Picoseconds next() { return drawn_[position_++ % drawn_.size()]; }

 private:
  std::vector<Picoseconds> drawn_ = exponential_increments();
  std::size_t position_ = 0;
};

// What a queue that only orders would be: a binary heap of (time, sequence, payload), the payload
// a mere number.
class BareHeap {
 public:
  void push(Picoseconds at, std::uint64_t payload) { heap_.push({at, next_sequence_++, payload}); }
  std::pair<Picoseconds, std::uint64_t> pop() {
    const Entry first = heap_.top();
    heap_.pop();
    return {first.at, first.payload};
  }

 private:
  struct Entry {
    Picoseconds at;
    std::uint64_t sequence;
    std::uint64_t payload;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }
  };

  std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
  std::uint64_t next_sequence_ = 0;
};

// Our queue with the same payload.
class OurQueue {
 public:
  void push(Picoseconds at, std::uint64_t payload) { queue_.push(at, {nothing, this, payload}); }
  std::pair<Picoseconds, std::uint64_t> pop() {
    const auto [at, event] = queue_.pop();
    return {at, event.argument};
  }

 private:
  static void nothing(void* /*target*/, std::uint64_t /*argument*/) {}

  EventQueue queue_;
};

// Hold operations on a filled queue, each pushing `increment()` ahead.
template <class Queue, class Increment>
void hold_steadily(benchmark::State& state, Queue& queue, Increment increment) {
  std::uint64_t sum = 0;
  for (auto _ : state) {
    const auto [at, payload] = queue.pop();
    sum += payload;
    queue.push(at + increment(), payload);
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}

template <class Queue>
void hold(benchmark::State& state) {
  Increments increments;
  Queue queue;
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.push(increments.next(), 1);
  hold_steadily(state, queue, [&increments] { return increments.next(); });
}

// Rounds of a collective: n events at each of four instants.
template <class Queue>
void rounds(benchmark::State& state) {
  Queue queue;
  for (std::int64_t i = 0; i < 4 * state.range(0); ++i) queue.push({i % 4}, 1);
  hold_steadily(state, queue, [] { return Picoseconds{4}; });
}

BENCHMARK(hold<BareHeap>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hold<OurQueue>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(rounds<BareHeap>)->Arg(1'000);
BENCHMARK(rounds<OurQueue>)->Arg(1'000);

}  // namespace
}  // namespace lockstep::sim
