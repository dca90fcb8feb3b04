// The points of a scenario's sweep.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

struct SweepPoint {
  std::vector<Override> overrides;  // one for each axis
  std::string label;                // "hosts = 4, width = 96"; empty without a sweep
};

// The Cartesian product of all axes of a sound scenario's `sweep`, the last axis fastest; without a
// sweep one point that changes nothing.
[[nodiscard]] std::vector<SweepPoint> sweep_points(const Json& resolved);

}  // namespace lockstep::scenarios
