// A binary heap in a vector, whose elements are told where they are, so that any can be moved or
// removed. `before(a, b)` says what comes first; `put(element, place)` is called for each element
// that gets another place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::topologies {

// Moves an element whose order has changed to where it belongs.
template <class Element, class Before, class Put>
void restore_place(std::vector<Element>& heap, std::size_t place, Before before, Put put) {
  const Element moving = heap[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!before(moving, heap[parent])) break;
    heap[place] = heap[parent];
    put(heap[place], static_cast<std::uint32_t>(place));
    place = parent;
  }
  for (std::size_t child = 2 * place + 1; child < heap.size(); child = 2 * place + 1) {
    if (child + 1 < heap.size() && before(heap[child + 1], heap[child])) ++child;
    if (!before(heap[child], moving)) break;
    heap[place] = heap[child];
    put(heap[place], static_cast<std::uint32_t>(place));
    place = child;
  }
  heap[place] = moving;
  put(moving, static_cast<std::uint32_t>(place));
}

template <class Element, class Before, class Put>
void push_placed(std::vector<Element>& heap, Element element, Before before, Put put) {
  heap.push_back(element);
  restore_place(heap, heap.size() - 1, before, put);
}

template <class Element, class Before, class Put>
void remove_placed(std::vector<Element>& heap, std::size_t place, Before before, Put put) {
  const Element last = heap.back();
  heap.pop_back();
  if (place == heap.size()) return;
  heap[place] = last;
  restore_place(heap, place, before, put);
}

}  // namespace lockstep::topologies
