#include "reports/packed_integers.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/reports/unpacked.hpp"

namespace lockstep::reports {

TEST_CASE("packed_integers: every integer comes back, the largest and the smallest included") {
  const std::vector<std::int64_t> values = {0,
                                            -1,
                                            1,
                                            63,
                                            64,
                                            -64,
                                            -65,
                                            8191,
                                            std::int64_t{1} << 40U,
                                            0,
                                            -300,
                                            std::numeric_limits<std::int64_t>::max(),
                                            std::numeric_limits<std::int64_t>::min()};
  PackedIntegers packed;
  for (const std::int64_t value : values) packed.add(value);
  CHECK(testing::unpacked(packed.text()) == values);
  CHECK(testing::unpacked(PackedIntegers().text()).empty());
}

TEST_CASE("packed_integers: what recurs takes next to no room, and the text is always the same") {
  PackedIntegers packed;
  for (int i = 0; i < 100'000; ++i)
    for (const std::int64_t value : {1'000'000, 3, -7}) packed.add(value);
  const std::string text = packed.text();
  // Of 500,000 bytes in 300,000 integers, deflate's longest match leaves 2 bits in 258 bytes.
  CHECK(text.size() < 3000);
  CHECK(packed.text() == text);
}

}  // namespace lockstep::reports
