// The double binary tree: its two trees, its chunks, its time.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "models/parts/collectives/complementary_trees.hpp"
#include "tests/models/allreduce_runs.hpp"

namespace lockstep::models {

namespace {

using testing::sum_s;

testing::RunOf in_chunks(int hosts, std::int64_t width, std::int64_t chunks) {
  return testing::sum_of("double_tree", hosts, width, {{"tree_chunks", chunks}});
}

}  // namespace

TEST_CASE("double_tree: every rank has children in one tree and none in the other") {
  for (int ranks = 1; ranks <= 300; ++ranks)
    for (int index = 0; index < ranks; ++index) {
      const bool first = place_in_tree(0, ranks, index).is_leaf();
      const bool second = place_in_tree(1, ranks, index).is_leaf();
      CHECK((first != second || ranks == 1));
    }
}

TEST_CASE("double_tree: each tree has all ranks, and is at most ceil(log2 P) deep") {
  for (int ranks = 1; ranks <= 300; ++ranks)
    for (const int tree : {0, 1}) {
      int roots = 0;
      int children = 0;
      for (int index = 0; index < ranks; ++index) {
        const TreePlace place = place_in_tree(tree, ranks, index);
        roots += place.is_root() ? 1 : 0;
        children += place.child_count;
        CHECK(place.depth <= std::bit_width(unsigned(ranks - 1)));
        if (place.is_root()) continue;
        const TreePlace above = place_in_tree(tree, ranks, place.parent);
        CHECK(above.depth == place.depth - 1);
        CHECK(std::count(above.children.begin(), above.children.end(), index) == 1);
      }
      CHECK(roots == 1);
      CHECK(children == ranks - 1);
    }
}

TEST_CASE("double_tree: four ranks without contention, in one chunk, by hand") {
  // Tree 0: 1 above 0 and 3, 3 above 2; tree 1: 2 above 0 and 3, 0 above 1. The same at the same
  // time, for ranks that fold in one are leaves in the other: two messages up, one fold of the
  // first and two of the second, two messages down. N = 255: n = 65,280 scalars, half of them
  // 130,560 bytes: 10 us (one link) and 104.448 us; a fold 1 us and 32.64 ns.
  testing::RunOf run = in_chunks(4, 255, 1);
  run.topology = "fully_connected";
  CHECK(sum_s(run) ==
        doctest::Approx(4 * (10e-6 + 104.448e-6) + 3 * (1e-6 + 32.64e-9)).epsilon(1e-9));
}

TEST_CASE(
    "double_tree: long vectors take about 2 n beta, where a binomial tree's 2 log2 P n beta") {
  // N = 4096: n = 67.125 MB, n beta = 53.7 ms at 1.25 GB/s. An inner rank receives and sends 2 n.
  // It does so in turns: a latency, four chunks of n / 2c over its link (two from below, one from
  // above, one as a leaf), two folds. There are c turns, and one more for each level up and down.
  const double n_beta = (4096.0 * 4096 + 4096) * 4 / 1.25e9;
  for (const int ranks : {8, 16, 32}) {
    const double deep = std::bit_width(unsigned(ranks - 1));
    const double chunks = 64;
    // Each tree over channels of its own, as NCCL's; over one connection a pair of ranks the trees
    // wait for each other where they share one.
    testing::RunOf trees = in_chunks(ranks, 4096, 64);
    trees.connections = Connections::independent;
    const double seconds = sum_s(trees);
    CAPTURE(ranks);
    CHECK(seconds >= 2 * n_beta);
    const double fold_s = 1e-6 + 4096.0 * 4097 / 128 / 1e12;
    CHECK(seconds <= (chunks + 2 * deep) * (20e-6 + 2 * fold_s + 4 * n_beta / (2 * chunks)));
    // The binomial tree: log2 P (alpha + n beta) up and down, log2 P folds of n.
    CHECK(
        sum_s(testing::sum_of("tree", ranks, 4096)) ==
        doctest::Approx(deep * (2 * (20e-6 + n_beta) + 1e-6 + 4096.0 * 4097 / 1e12)).epsilon(1e-6));
  }
}

TEST_CASE("double_tree: with many ranks, faster than the ring for short vectors") {
  // 64 ranks, 16.6 KB, one chunk a half: 12 messages one after another where the ring has 126.
  CHECK(sum_s(in_chunks(64, 64, 1)) < sum_s(testing::sum_of("ring", 64, 64)) / 5);
}

TEST_CASE("double_tree: chunks have 64 KiB at least, and are 16 for each level at most") {
  // 4 (P - 1) messages a chunk; P = 5. A half of N^2 + N scalars has 2 (N^2 + N) bytes.
  const auto chunks = [](std::int64_t width, std::int64_t asked) {
    return testing::closed_form(in_chunks(5, width, asked)).messages / 16;
  };
  CHECK(chunks(64, 0) == 1);     // 8,320 bytes
  CHECK(chunks(255, 0) == 1);    // 130,560 bytes: 1.99 x 64 KiB
  CHECK(chunks(256, 0) == 2);    // 131,584 bytes
  CHECK(chunks(2048, 0) == 48);  // 8.4 MB: 128 x 64 KiB, but P = 5 is 3 levels
  CHECK(chunks(64, 7) == 7);
  CHECK(chunks(1, 7) == 1);  // no more chunks than a half has scalars
}

}  // namespace lockstep::models
