// The event queue: what happens next, in a fixed order.
//
// Events leave in order of time, and events of one instant in the order in which they were pushed.
//
//   operation   cost (n = distinct instants pending)
//   push        O(log n); O(1) onto an instant that was pushed to recently
//   pop         O(log n); O(1) while the instant has further events
//   cancel      O(1) amortised
//
// One 4-ary heap orders instants; each instant is a singly linked list of events, oldest first.
// Several lists may share a time: only the youngest of them is ever appended to, and the heap
// breaks ties by age, so the order above holds. A small direct-mapped table remembers the lists
// that were pushed to recently: the simultaneous events of a collective cost one heap operation in
// all, while events at distinct times cost one probe more than a bare heap.
// A cancelled event stays as a tombstone until it is reached or until tombstones outnumber live
// events, when all are swept. Storage is reused: no allocation in steady state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/picoseconds.hpp"

namespace lockstep::sim {

// An event: a plain function, the object it acts on, and one number for it.
struct Event {
  void (*run)(void* target, std::uint64_t argument) = nullptr;
  void* target = nullptr;
  std::uint64_t argument = 0;
};

// Names a pushed event, for cancelling; outlives the event safely.
struct EventHandle {
  std::uint32_t node = ~0U;
  std::uint32_t generation = 0;
};

class EventQueue {
 public:
  EventHandle push(Picoseconds at, Event event) {
    const std::uint32_t node = take_node(event);
    Recent& recent = recent_[slot(at)];
    if (recent.tail != none && recent.at == at) {
      nodes_[recent.tail].next = node;
    } else {
      heap_.push_back({at, next_sequence_++, node});
      sift_up(heap_.size() - 1);
      recent.at = at;
    }
    recent.tail = node;
    ++live_;
    return {node, nodes_[node].generation};
  }

  // Cancels the event if it has neither run nor been cancelled; returns whether it did.
  bool cancel(EventHandle handle);

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t pending() const { return live_; }

  // The time of the next event; the queue must not be empty.
  [[nodiscard]] Picoseconds next_time() {
    while (nodes_[heap_.front().head].event.run == nullptr) drop_head();
    return heap_.front().at;
  }

  // Removes the next event; the queue must not be empty.
  [[nodiscard]] std::pair<Picoseconds, Event> pop() {
    const Picoseconds at = next_time();
    const Event event = nodes_[heap_.front().head].event;
    ++nodes_[heap_.front().head].generation;
    drop_head();
    --live_;
    return {at, event};
  }

 private:
  static constexpr std::uint32_t none = ~0U;

  struct Node {
    Event event;
    std::uint32_t next = none;
    std::uint32_t generation = 0;
  };
  struct Instant {
    Picoseconds at;
    std::uint64_t sequence = 0;
    std::uint32_t head = none;
    [[nodiscard]] bool before(const Instant& other) const {
      return at != other.at ? at < other.at : sequence < other.sequence;
    }
  };
  struct Recent {
    Picoseconds at;
    std::uint32_t tail = none;  // none: this slot remembers nothing
  };

  [[nodiscard]] static std::size_t slot(Picoseconds at) {
    return (static_cast<std::uint64_t>(at.ps) * 0x9E3779B97F4A7C15ULL) >> 56U;
  }

  std::uint32_t take_node(const Event& event) {
    if (free_ == none) {
      nodes_.push_back({event, none, 0});
      return static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    const std::uint32_t node = free_;
    free_ = nodes_[node].next;
    nodes_[node].event = event;
    nodes_[node].next = none;
    return node;
  }

  void release_node(std::uint32_t node) {
    nodes_[node].event.run = nullptr;
    nodes_[node].next = free_;
    free_ = node;
  }

  // Removes the first event of the first instant, live or not.
  void drop_head() {
    Instant& first = heap_.front();
    const std::uint32_t node = first.head;
    const std::uint32_t next = nodes_[node].next;
    if (nodes_[node].event.run == nullptr) --tombstones_;
    release_node(node);
    if (next != none) {
      first.head = next;
      return;
    }
    Recent& recent = recent_[slot(first.at)];
    if (recent.tail == node) recent.tail = none;
    remove_first_instant();
  }

  void sift_up(std::size_t hole) {
    const Instant moving = heap_[hole];
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!moving.before(heap_[parent])) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = moving;
  }

  // Moves the hole at the root down to a leaf, then the last instant up from there: that instant
  // nearly always belongs near the leaves, so this compares less than the usual order.
  void remove_first_instant() {
    const Instant last = heap_.back();
    heap_.pop_back();
    const std::size_t count = heap_.size();
    if (count == 0) return;
    std::size_t hole = 0;
    for (std::size_t child = 1; child < count; child = 4 * hole + 1) {
      const std::size_t end = child + 4 < count ? child + 4 : count;
      std::size_t least = child;
      for (std::size_t other = child + 1; other < end; ++other)
        if (heap_[other].before(heap_[least])) least = other;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = last;
    sift_up(hole);
    __builtin_prefetch(&nodes_[heap_.front().head]);  // the next pop reads it
  }

  void sweep_tombstones();

  std::vector<Node> nodes_;
  std::vector<Instant> heap_;
  std::array<Recent, 256> recent_{};
  std::uint32_t free_ = none;
  std::uint64_t next_sequence_ = 0;
  std::size_t live_ = 0;
  std::size_t tombstones_ = 0;
};

}  // namespace lockstep::sim
