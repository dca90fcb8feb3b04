#include "reports/units.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace lockstep::reports;

TEST_CASE("units: a column's unit is that of its median") {
  CHECK(common_unit({0.002, 0.5, 0.003}, Quantity::seconds).name == "ms");
  CHECK(common_unit({2e9, 3e12, 4e9}, Quantity::bytes).name == "GB");
  CHECK(common_unit({5e3, 7e3}, Quantity::plain).name == "k");
  // What is nothing or never says nothing about a unit.
  CHECK(common_unit({0, 0, 0, 5e-6, std::numeric_limits<double>::infinity()}, Quantity::seconds)
            .name == "us");
  CHECK(common_unit({}, Quantity::flops).name == "FLOP");
  CHECK(common_unit({0.9999}, Quantity::seconds).name == "s");  // not 1000 ms
}

TEST_CASE("units: values have three digits that are true") {
  const Unit ms = {1e-3, "ms"};
  CHECK(in_unit(0.0012345, ms) == "1.23");
  CHECK(in_unit(0.0099996, ms) == "10.0");
  CHECK(in_unit(0.09996, ms) == "100");
  CHECK(in_unit(0.45678, ms) == "457");
  CHECK(in_unit(45.678, ms) == "45678");
  CHECK(in_unit(1.2e-6, ms) == "0.00120");
  CHECK(in_unit(1.2e-9, ms) == "1.20e-06");
  CHECK(in_unit(0, ms) == "0");
  CHECK(in_unit(std::numeric_limits<double>::infinity(), ms) == "-");
}

TEST_CASE("units: a heading without a unit has no place left empty") {
  CHECK(with_unit("{}/iteration", {1e-3, "ms"}) == "ms/iteration");
  CHECK(with_unit("{} samples/s", {1, ""}) == "samples/s");
  CHECK(with_unit("simulated, {}", {1, ""}) == "simulated");
}
