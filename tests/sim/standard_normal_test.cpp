#include "sim/standard_normal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace lockstep::sim;

TEST_CASE("standard_normal: moments are those of the normal distribution") {
  // Of n = 100,000 draws the mean has standard deviation 1/sqrt(n) = 0.0032, the second moment
  // sqrt(2/n) = 0.0045, the third sqrt(15/n) = 0.0122, the fourth sqrt(96/n) = 0.031: within five
  // of each.
  constexpr int draws = 100'000;
  RandomStream random(1, 2);
  std::array<double, 4> moments{};
  for (int i = 0; i < draws; ++i) {
    const double value = standard_normal(random);
    double power = 1;
    for (double& moment : moments) moment += (power *= value) / draws;
  }
  CHECK(std::abs(moments[0]) < 0.016);
  CHECK(std::abs(moments[1] - 1) < 0.0225);
  CHECK(std::abs(moments[2]) < 0.061);
  CHECK(std::abs(moments[3] - 3) < 0.155);
}

TEST_CASE("standard_normal: counts between quantiles are as expected") {
  // Quartiles of the normal distribution are at 0 and +-0.6744897501960817; a quarter of 40,000 is
  // 10,000, with standard deviation sqrt(40000 x 1/4 x 3/4) = 87.
  constexpr double quartile = 0.6744897501960817;
  RandomStream random(3, 4);
  std::array<int, 4> counts{};
  for (int i = 0; i < 40'000; ++i) {
    const double value = standard_normal(random);
    ++counts[value < -quartile ? 0 : value < 0 ? 1 : value < quartile ? 2 : 3];
  }
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 435);
}

TEST_CASE("standard_normal: tails are there") {
  // Beyond 3 are 0.27 % of all: 270 of 100,000, with standard deviation 16.4.
  RandomStream random(5, 6);
  int beyond = 0;
  for (int i = 0; i < 100'000; ++i) beyond += std::abs(standard_normal(random)) > 3 ? 1 : 0;
  CHECK(std::abs(beyond - 270) < 82);
}

TEST_CASE("standard_normal: the same stream gives the same numbers on every machine") {
  // Golden: what this implementation gave when it was written.
  RandomStream random(42, 0);
  CHECK(standard_normal(random) == -0.65831552721230935);
  CHECK(standard_normal(random) == 0.23571982964005855);
  CHECK(standard_normal(random) == 1.1813272068021674);
}
