// `sweep`: `{ "/json/pointer": [values...] }`.
#include <fmt/format.h>

#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/sweep_points.hpp"

namespace lockstep::scenarios {

void check_sweep(const Place& place, const Json& document) {
  if (!place.value->is_object()) {
    place.must_be("an object of JSON pointers and lists of values");
    return;
  }
  const std::size_t faults_before = place.faults->count();
  for (const auto& [pointer, values] : *place.value->get_ptr<const Json::object_t*>()) {
    const Place axis{&values, child_pointer(place.pointer, pointer), place.faults};
    if (pointer == place.pointer || pointer.starts_with(place.pointer + "/")) {
      axis.fault("a sweep cannot sweep itself");
    } else if (const auto reason = why_not_settable(document, pointer)) {
      axis.fault(*reason);
    }
    if (!values.is_array() || values.empty()) axis.must_be("a list of at least one value");
  }
  if (place.faults->count() > faults_before) return;
  if (const Count points = number_of_points(*place.value); points > most_sweep_points)
    place.fault(fmt::format("has {}{} points, but the limit is {}",
                            points == most_counted_points ? "more than " : "", points,
                            most_sweep_points));
}

}  // namespace lockstep::scenarios
