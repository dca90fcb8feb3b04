// The points of a scenario's sweep.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/base/count.hpp"

namespace lockstep::scenarios {

struct SweepPoint {
  std::vector<Override> overrides;  // one for each axis
  std::string label;                // "hosts = 4, width = 96"; empty without a sweep
};

// Returns the Cartesian product of all axes of a sound scenario's `sweep`, the last axis varying
// fastest; without a sweep, one point that changes nothing.
[[nodiscard]] std::vector<SweepPoint> sweep_points(const Json& resolved);

// The most points that a sweep may have: each is a scenario of its own, which is checked.
inline constexpr std::int64_t most_sweep_points = 10'000;

// `number_of_points` returns how many points the axes of a sweep have, or `most_counted_points` if
// there are more; `indices_of_point` returns which value of each axis a point has.
inline constexpr Count most_counted_points = Count{1} << 120;
[[nodiscard]] Count number_of_points(const Json& sweep);
[[nodiscard]] std::vector<std::size_t> indices_of_point(const Json& sweep, std::size_t point);

}  // namespace lockstep::scenarios
