#include "models/data/shuffle.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <vector>

using namespace lockstep::models;

namespace {

std::vector<std::int64_t> order(const Shuffle& shuffle, std::int64_t count) {
  std::vector<std::int64_t> items;
  for (std::int64_t place = 0; place < count; ++place) items.push_back(shuffle(place));
  return items;
}

}  // namespace

TEST_CASE("shuffle: every item comes once, for any count") {
  for (const std::int64_t count : {1, 2, 3, 7, 64, 65, 255, 256, 257, 1437, 60000}) {
    CAPTURE(count);
    std::vector<bool> seen(static_cast<std::size_t>(count), false);
    for (const std::int64_t item : order(Shuffle(count, 1, 2), count)) {
      REQUIRE((item >= 0 && item < count));
      seen[static_cast<std::size_t>(item)] = true;
    }
    CHECK(seen == std::vector<bool>(static_cast<std::size_t>(count), true));
  }
}

TEST_CASE("shuffle: places far apart in a long row cost as little as near ones") {
  constexpr std::int64_t count = 1'000'000'000'000;
  const Shuffle shuffle(count, 1, 1);
  CHECK(shuffle(0) != shuffle(count - 1));
  CHECK(shuffle(count - 1) < count);
}

TEST_CASE("shuffle: all orders of three items are about as likely") {
  // 6,000 orders, 1,000 of each expected; the standard deviation of a count is
  // sqrt(6000 x 1/6 x 5/6) = 29: 150 is more than five of them.
  std::map<std::vector<std::int64_t>, int> counts;
  for (std::uint64_t stream = 0; stream < 6000; ++stream) ++counts[order(Shuffle(3, 7, stream), 3)];
  REQUIRE(counts.size() == 6);
  for (const auto& [items, count] : counts) CHECK(std::abs(count - 1000) < 150);
}

TEST_CASE("shuffle: an item is at each place about as often") {
  // 16,000 orders of 16 items: each at each place 1,000 times; five standard deviations are
  // 5 sqrt(16000 x 1/16 x 15/16) = 153.
  std::map<std::pair<std::int64_t, std::int64_t>, int> counts;
  for (std::uint64_t stream = 0; stream < 16000; ++stream) {
    const Shuffle shuffle(16, 3, stream);
    for (std::int64_t place = 0; place < 16; ++place) ++counts[{place, shuffle(place)}];
  }
  REQUIRE(counts.size() == 256);
  for (const auto& [where, count] : counts) CHECK(std::abs(count - 1000) < 153);
}
