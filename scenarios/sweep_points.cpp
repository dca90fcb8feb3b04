#include "scenarios/sweep_points.hpp"

#include <fmt/format.h>

#include "scenarios/json_pointer.hpp"

namespace lockstep::scenarios {

Count number_of_points(const Json& sweep) {
  Count points = 1;
  for (const auto& axis : sweep.items()) {
    const Count values{static_cast<std::int64_t>(axis.value().size())};
    if (values > 0 && points > most_counted_points / values) return most_counted_points;
    points *= values;
  }
  return points;
}

std::vector<std::size_t> indices_of_point(const Json& sweep, std::size_t point) {
  std::vector<std::size_t> indices;
  for (std::size_t i = sweep.size(); i > 0; --i) {
    const std::size_t values = std::next(sweep.begin(), static_cast<std::ptrdiff_t>(i - 1))->size();
    indices.push_back(point % values);
    point /= values;
  }
  return {indices.rbegin(), indices.rend()};
}

std::vector<SweepPoint> sweep_points(const Json& resolved) {
  const auto sweep = resolved.find("sweep");
  if (sweep == resolved.end()) return std::vector<SweepPoint>(1);
  std::vector<SweepPoint> points(static_cast<std::size_t>(number_of_points(*sweep)));
  for (std::size_t point = 0; point < points.size(); ++point) {
    SweepPoint& one = points[point];
    const std::vector<std::size_t> indices = indices_of_point(*sweep, point);
    auto index = indices.begin();
    for (const auto& [pointer, values] : sweep->items()) {
      const std::string value = values[*index++].dump();
      if (!one.label.empty()) one.label += ", ";
      one.label += fmt::format("{} = {}", pointer_steps(pointer)->back(), value);
      one.overrides.push_back({pointer, value});
    }
  }
  return points;
}

}  // namespace lockstep::scenarios
