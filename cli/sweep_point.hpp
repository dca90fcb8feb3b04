// What becomes of one point of a sweep: a line of results.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scenarios/swept_scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

struct SweptLine {
  scenarios::Json line;
  std::string error;  // of the point, or of the first of its runs that failed; empty if all is well
};

// Loads the points of a sweep and runs them; several may be asked for at once.
struct SweepPoints {
  const scenarios::SweptScenario* swept = nullptr;
  bool closed_forms_only = false;
  std::string identity = {};  // of the lines
  sim::RunControl control = {};

  // Returns nothing if the run was stopped.
  [[nodiscard]] std::optional<SweptLine> line(std::size_t point) const;
};

}  // namespace lockstep::cli
