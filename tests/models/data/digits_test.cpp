#include <doctest/doctest.h>

#include <algorithm>

#include "models/data/data_kind.hpp"

using namespace lockstep::models;

TEST_CASE("digits: 1,797 samples, each class as often as its authors say") {
  const auto data = find_data_kind("digits")->load({});
  REQUIRE(data.ok());
  CHECK(data->samples() == 1797);
  CHECK(data->inputs == 64);
  CHECK(data->classes == 10);
  CHECK(data->features.size() == 1797 * 64);
  std::vector<int> counts(10);
  for (const std::int32_t label : data->labels) ++counts.at(static_cast<std::size_t>(label));
  CHECK(counts == std::vector<int>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
}

TEST_CASE("digits: pixels of 0 to 16 become features of 0 to 1") {
  const auto data = find_data_kind("digits")->load({});
  REQUIRE(data.ok());
  // The file begins 0,0,5,13,9,1: a digit 0. It ends with 12,1,0,8:
  // a digit 8.
  CHECK(data->labels.front() == 0);
  CHECK(data->features[2] == 5.0F / 16);
  CHECK(data->features[3] == 13.0F / 16);
  CHECK(data->labels.back() == 8);
  const auto [least, most] = std::ranges::minmax(data->features);
  CHECK(least == 0);
  CHECK(most == 1);
}
