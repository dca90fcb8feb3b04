#include "scenarios/sweep.hpp"

#include <fmt/format.h>

#include "scenarios/json_pointer.hpp"

namespace lockstep::scenarios {

Count Sweep::points() const {
  Count points = 1;
  for (const SweepAxis& axis : axes_) {
    const Count values{static_cast<std::int64_t>(axis.size())};
    if (points > most_counted / values) return most_counted;
    points *= values;
  }
  return points;
}

std::vector<SweptValue> Sweep::at(std::size_t point) const {
  std::vector<std::size_t> indices(axes_.size());
  for (std::size_t i = axes_.size(); i > 0; --i) {
    indices[i - 1] = point % axes_[i - 1].size();
    point /= axes_[i - 1].size();
  }
  std::vector<SweptValue> values;
  for (std::size_t i = 0; i < axes_.size(); ++i)
    for (const SweptPointer& swept : axes_[i].pointers) values.push_back({&swept, indices[i]});
  return values;
}

std::string Sweep::label(std::size_t point) const {
  std::string label;
  for (const SweptValue& each : at(point))
    label += fmt::format("{}{} = {}", label.empty() ? "" : ", ",
                         pointer_steps(each.swept->pointer)->back(), each.value().dump());
  return label;
}

}  // namespace lockstep::scenarios
