#include "scenarios/sweep_points.hpp"

#include <fmt/format.h>

#include "scenarios/json_pointer.hpp"

namespace lockstep::scenarios {

std::vector<SweepPoint> sweep_points(const Json& resolved) {
  std::vector<SweepPoint> points(1);
  const auto sweep = resolved.find("sweep");
  if (sweep == resolved.end()) return points;
  for (const auto& [pointer, values] : sweep->items()) {
    const auto steps = pointer_steps(pointer);
    std::vector<SweepPoint> more;
    for (const SweepPoint& point : points)
      for (const Json& value : values) {
        SweepPoint next = point;
        next.overrides.push_back({pointer, value.dump()});
        if (!next.label.empty()) next.label += ", ";
        next.label += fmt::format("{} = {}", steps->back(), value.dump());
        more.push_back(std::move(next));
      }
    points = std::move(more);
  }
  return points;
}

}  // namespace lockstep::scenarios
