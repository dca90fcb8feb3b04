// `sweep`: `{ "/json/pointer": values, "name": { "/json/pointer": values, ... } }`, where values
// are a list or a range, and pointers under one name move together.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/messages.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/sweep.hpp"

namespace lockstep::scenarios {
namespace {

using Object = Json::object_t;

// Names stand where objects do.
std::string_view type_of(const Json& value) {
  if (value.is_number()) return "a number";
  if (value.is_boolean()) return "true or false";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return value.is_string() ? "a string" : "a value";
}

bool same_type(const Json& a, const Json& b) {
  const auto is_named = [](const Json& value) { return value.is_object() || value.is_string(); };
  return type_of(a) == type_of(b) || (is_named(a) && is_named(b));
}

// Why an axis cannot set what a pointer points at; an axis adds nothing to a list.
std::optional<std::string> why_not_swept(const Json& document, std::string_view pointer) {
  if (const auto reason = why_not_settable(document, pointer)) return reason;
  const auto steps = pointer_steps(pointer);
  const Json* value = &document;
  for (const std::string& step : *steps) {
    if (!value->is_array()) {
      const auto child = value->find(step);
      if (child == value->end()) return std::nullopt;
      value = &*child;
      continue;
    }
    const auto index = array_index(step);
    if (!index) return fmt::format("{} is not a list index", in_quotes(step));
    if (*index >= value->size())
      return fmt::format("index {} is past the end of a list of {}", *index, value->size());
    value = &(*value)[*index];
  }
  return std::nullopt;
}

class SweepReader {
 public:
  SweepReader(const Place& place, const Json& document) : place_(place), document_(document) {}

  [[nodiscard]] Sweep read() {
    const std::size_t faults_before = place_.faults->count();
    for (const auto& [key, value] : *place_.value->get_ptr<const Object*>()) {
      const Place axis{&value, child_pointer(place_.pointer, key), place_.faults};
      const bool is_name = value.is_object() && !key.starts_with('/');
      if (is_name)
        read_zipped(axis, key);
      else
        axes_.push_back({key, {read_pointer(axis, key)}});
    }
    if (place_.faults->count() > faults_before) return {};
    Sweep sweep(std::move(axes_));
    if (const Count points = sweep.points(); points > most_sweep_points)
      place_.fault(fmt::format("has {}{} points, but the limit is {}",
                               points == Sweep::most_counted ? "more than " : "", points,
                               most_sweep_points));
    return sweep;
  }

 private:
  // Pointers that move together.
  void read_zipped(const Place& place, const std::string& name) {
    SweepAxis axis{name, {}};
    if (place.value->empty()) place.must_be("an object of at least one JSON pointer");
    for (const auto& [pointer, values] : *place.value->get_ptr<const Object*>())
      axis.pointers.push_back(
          read_pointer({&values, child_pointer(place.pointer, pointer), place.faults}, pointer));
    for (const SweptPointer& other : axis.pointers)
      if (!other.values.empty() && !axis.pointers.front().values.empty() &&
          other.values.size() != axis.size())
        place.fault(fmt::format(
            "the values of pointers that move together must be equally many, found {} of {} and "
            "{} of {}",
            axis.size(), axis.pointers.front().pointer, other.values.size(), other.pointer));
    axes_.push_back(std::move(axis));
  }

  SweptPointer read_pointer(const Place& place, const std::string& pointer) {
    if (pointer == place_.pointer || pointer.starts_with(place_.pointer + "/"))
      place.fault("a sweep cannot sweep itself");
    else if (const auto reason = why_not_swept(document_, pointer))
      place.fault(*reason);
    else if (!swept_.insert(pointer).second)
      place.fault("is swept twice");
    else if (const auto inner = swept_.lower_bound(pointer + "/");
             inner != swept_.end() && inner->starts_with(pointer + "/"))
      place.fault(fmt::format("would replace {}, which is swept before it: put it first", *inner));
    const bool listed = !place.value->is_object();
    return {pointer, listed ? list_of(place) : range_values(place), place.pointer, listed};
  }

  static std::vector<Json> list_of(const Place& place) {
    if (!place.value->is_array() || place.value->empty()) {
      place.must_be("a list of at least one value, or a range");
      return {};
    }
    std::vector<Json> values(place.value->begin(), place.value->end());
    const auto other = std::ranges::find_if_not(
        values, [&](const Json& value) { return same_type(value, values.front()); });
    if (other != values.end())
      place.element(static_cast<std::size_t>(other - values.begin()))
          .must_be(fmt::format("{} like the values before it", type_of(values.front())));
    return values;
  }

  const Place& place_;
  const Json& document_;
  std::vector<SweepAxis> axes_;
  std::set<std::string> swept_;
};

}  // namespace

Sweep read_sweep(const Place& place, const Json& document) {
  if (place.value->is_object()) return SweepReader(place, document).read();
  place.must_be("an object of JSON pointers and lists of values");
  return {};
}

}  // namespace lockstep::scenarios
