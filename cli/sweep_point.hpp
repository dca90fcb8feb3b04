// What becomes of one point of a sweep: a line of results.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scenarios/swept_scenario.hpp"
#include "sim/engine.hpp"

namespace lockstep::cli {

// Loads the points of a sweep and runs them; several may be asked for at once.
struct SweepPoints {
  const scenarios::SweptScenario* swept = nullptr;
  bool closed_forms_only = false;
  std::string identity = {};  // of the lines
  sim::RunControl control = {};

  // Returns the line of results; nothing if a run was stopped.
  [[nodiscard]] std::optional<scenarios::Json> line(std::size_t point) const;
};

}  // namespace lockstep::cli
