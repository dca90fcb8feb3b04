// How near two models are to each other.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lockstep::models::testing {

// Weights are below 1, where a float's last bit is 6e-8: a dozen steps round a few times each.
inline constexpr double rounding = 2e-6;

// The largest difference between elements.
inline double distance(const std::vector<float>& one, const std::vector<float>& other) {
  REQUIRE(one.size() == other.size());
  double most = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    most = std::max(most, std::abs(static_cast<double>(one[i]) - other[i]));
  return most;
}

// from + factor (to - from)
inline std::vector<float> towards(const std::vector<float>& from, const std::vector<float>& to,
                                  double factor) {
  std::vector<float> result = from;
  for (std::size_t i = 0; i < from.size(); ++i)
    result[i] += static_cast<float>(factor) * (to[i] - from[i]);
  return result;
}

// All elements to the digits that a float has.
inline void check_near(const std::vector<float>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));
}

}  // namespace lockstep::models::testing
