#include "models/parts/collectives/complementary_trees.hpp"

#include <cstddef>

namespace lockstep::models {

namespace {

// The root of the subtree of the indices from `low` to `high` - 1: the one nearest to the middle
// that may have children. A lone index is a leaf.
int top_of(int tree, int low, int high) {
  if (high - low == 1) return low;
  const int middle = low + (high - low) / 2;
  return middle % 2 == tree ? middle - 1 : middle;
}

}  // namespace

TreePlace place_in_tree(int tree, int ranks, int index) {
  int low = 0;
  int high = ranks;
  TreePlace place;
  for (int top = top_of(tree, low, high); top != index; top = top_of(tree, low, high)) {
    place.parent = top;
    ++place.depth;
    if (index < top)
      high = top;
    else
      low = top + 1;
  }
  const auto add_child = [&](int from, int to) {
    if (from < to)
      place.children.at(static_cast<std::size_t>(place.child_count++)) = top_of(tree, from, to);
  };
  add_child(low, index);
  add_child(index + 1, high);
  return place;
}

}  // namespace lockstep::models
