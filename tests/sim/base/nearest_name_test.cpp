#include "sim/base/nearest_name.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using lockstep::nearest_name;

namespace {
constexpr std::array<std::string_view, 5> known = {"layers", "width", "ring", "tree", "star"};
}

TEST_CASE("nearest_name: a swap of neighbours is one edit") {
  constexpr std::array<std::string_view, 2> pair = {"abxd", "abcd"};
  // "abdc": one swap from "abcd"; from "abxd" a change and an insertion, two edits.
  CHECK(nearest_name("abdc", pair) == "abcd");
  CHECK(nearest_name("widht", known) == "width");
}

TEST_CASE("nearest_name: insertions, deletions and case") {
  CHECK(nearest_name("layer", known) == "layers");
  CHECK(nearest_name("rring", known) == "ring");
  CHECK(nearest_name("STAR", known) == "star");
}

TEST_CASE("nearest_name: the first of equals wins") {
  constexpr std::array<std::string_view, 2> pair = {"brick", "trick"};
  CHECK(nearest_name("crick", pair) == "brick");  // one edit from either
}

TEST_CASE("nearest_name: beyond a third of the letters nothing is near") {
  CHECK(nearest_name("xx", known).empty());
  CHECK(nearest_name("straggler", known).empty());
  constexpr std::array<std::string_view, 3> names = {"a", "sync_sgd", "a100_tf32"};
  CHECK(nearest_name("c", names).empty());
  // Two of eight letters may differ, three may not.
  CHECK(nearest_name("sync_xxd", names) == "sync_sgd");
  CHECK(nearest_name("sync_xxx", names).empty());
}

TEST_CASE("nearest_name: the first word of one name is near it") {
  constexpr std::array<std::string_view, 4> names = {"batch_per_worker", "a100_tf32", "nvlink_3",
                                                     "nvlink_4"};
  CHECK(nearest_name("batch", names) == "batch_per_worker");
  CHECK(nearest_name("A100", names) == "a100_tf32");
  CHECK(nearest_name("a10", names).empty());     // another device
  CHECK(nearest_name("nvlink", names).empty());  // of two
}

TEST_CASE("nearest_name: nothing is near nothing") { CHECK(nearest_name("ring", {}).empty()); }

TEST_CASE("nearest_name: of a huge name only the first 64 characters count") {
  // Alike up to there, so the first of the two equals wins.
  const std::string common(64, 'x');
  const std::string first = common + "first";
  const std::string second = common + "second";
  const std::array<std::string_view, 2> pair = {first, second};
  CHECK(nearest_name(second + std::string(1'000'000, 'y'), pair) == first);
}
