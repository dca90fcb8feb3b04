// Two binary trees over the same ranks, such that every rank has children in one of them and none
// in the other: what one tree leaves unused of a rank's link the other one uses. Sanders, Speck and
// Traeff: "Two-tree algorithms for full bandwidth broadcast, reduction and scan", Parallel
// Computing 35 (2009).
//
// Ranks stand in order of their index, left to right. In tree 0 those with odd indices have
// children, in tree 1 those with even indices; the others are leaves between them. Each subtree has
// a run of indices and its root in the middle of them, so that no tree of P ranks is deeper than
// ceil(log2 P).
//
//   P = 8, tree 0:      3               tree 1:      4
//                    1     5                      2     6
//                   0 2   4  7                   0 3   5 7
//                            6                   1
#pragma once

#include <array>

namespace lockstep::models {

// Where a rank stands in a tree: indices of its neighbours.
struct TreePlace {
  int parent = -1;  // of the root: -1
  std::array<int, 2> children{-1, -1};
  int child_count = 0;
  int depth = 0;  // of the root: 0

  [[nodiscard]] bool is_root() const { return parent < 0; }
  [[nodiscard]] bool is_leaf() const { return child_count == 0; }
};

// The place of `index` in `tree`, 0 or 1, of `ranks` ranks. O(log2 ranks).
[[nodiscard]] TreePlace place_in_tree(int tree, int ranks, int index);

}  // namespace lockstep::models
