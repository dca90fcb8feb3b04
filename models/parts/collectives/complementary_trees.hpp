// Two binary trees over the same ranks. Every rank has children in one of them and none in the
// other, so that each tree uses the part of a rank's link that the other leaves idle. Sanders,
// Speck and Traeff: "Two-tree algorithms for full bandwidth broadcast, reduction and scan",
// Parallel Computing 35 (2009).
//
// In both trees indices grow from left to right. In tree 0 the ranks with odd indices have
// children, in tree 1 those with even indices; the other ranks are leaves. Each subtree covers a
// run of consecutive indices with its root in the middle, so that a tree of P ranks is at most
// ceil(log2 P) deep.
//
//   P = 8, tree 0:      3               tree 1:      4
//                    1     5                      2     6
//                   0 2   4  7                   0 3   5 7
//                            6                   1
#pragma once

#include <array>

namespace lockstep::models {

// The position of a rank in a tree: the indices of its parent and its children, and its depth.
struct TreePlace {
  int parent = -1;  // -1 for the root
  std::array<int, 2> children{-1, -1};
  int child_count = 0;
  int depth = 0;  // 0 for the root

  [[nodiscard]] bool is_root() const { return parent < 0; }
  [[nodiscard]] bool is_leaf() const { return child_count == 0; }
};

// Returns the position of rank `index` in tree `tree` (0 or 1) of `ranks` ranks, in O(log2 ranks)
// time.
[[nodiscard]] TreePlace place_in_tree(int tree, int ranks, int index);

}  // namespace lockstep::models
