#include "sim/event_queue.hpp"

namespace lockstep::sim {

bool EventQueue::cancel(EventHandle handle) {
  if (handle.node >= nodes_.size()) return false;
  Node& node = nodes_[handle.node];
  if (node.generation != handle.generation || node.event.run == nullptr) return false;
  node.event.run = nullptr;
  ++node.generation;
  --live_;
  ++tombstones_;
  if (tombstones_ > live_ + 64) sweep_tombstones();
  return true;
}

// Unlinks every tombstone, drops the instants left empty, and rebuilds the heap: O(n), and paid for
// by the at least n/2 cancels since the last sweep.
void EventQueue::sweep_tombstones() {
  std::vector<Instant> kept;
  kept.reserve(heap_.size());
  for (Instant instant : heap_) {
    std::uint32_t* link = &instant.head;
    while (*link != none) {
      const std::uint32_t node = *link;
      if (nodes_[node].event.run != nullptr) {
        link = &nodes_[node].next;
        continue;
      }
      *link = nodes_[node].next;
      release_node(node);
    }
    if (instant.head != none) kept.push_back(instant);
  }
  recent_.fill({});
  tombstones_ = 0;
  heap_.clear();
  for (const Instant& instant : kept) {
    heap_.push_back(instant);
    sift_up(heap_.size() - 1);
  }
}

}  // namespace lockstep::sim
