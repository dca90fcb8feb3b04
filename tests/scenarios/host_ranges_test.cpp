#include "scenarios/host_ranges.hpp"

#include <doctest/doctest.h>

using namespace lockstep::scenarios;

TEST_CASE("host_ranges: numbers and inclusive ranges, separated by commas") {
  const auto ranges = parse_host_ranges("0-3, 8");
  REQUIRE(ranges);
  REQUIRE(ranges->size() == 2);
  CHECK((*ranges)[0].first == 0);
  CHECK((*ranges)[0].last == 3);
  CHECK((*ranges)[1].first == 8);
  CHECK((*ranges)[1].last == 8);
}

TEST_CASE("host_ranges: anything else is refused") {
  for (const char* text : {"", ",", "1,", "a", "3-1", "-1", "1-", "1-2-3", "99999999999999999999"})
    CHECK_MESSAGE(!parse_host_ranges(text), text);
}

TEST_CASE("host_ranges: written as short as they are read") {
  CHECK(format_host_ranges({0, 1, 2, 3, 8}) == "0-3,8");
  CHECK(format_host_ranges({5}) == "5");
  CHECK(format_host_ranges({0, 2, 4, 6, 8, 10, 12}) == "0,2,4,6,8,...");
}
