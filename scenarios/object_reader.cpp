#include "scenarios/object_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/common_names.hpp"
#include "scenarios/messages.hpp"
#include "sim/base/nearest_name.hpp"

namespace lockstep::scenarios {

ObjectReader::ObjectReader(const Place& place)
    : place_(place), is_object_(place.value->is_object()) {
  if (!is_object_) place_.must_be("an object");
}

bool ObjectReader::has(std::string_view key) const {
  return is_object_ && place_.value->contains(key);
}

std::optional<Place> ObjectReader::optional(std::string_view key) {
  known_.push_back(key);
  if (!is_object_) return std::nullopt;
  const auto found = place_.value->find(key);
  if (found == place_.value->end()) return std::nullopt;
  return Place{&*found, child_pointer(place_.pointer, key), place_.faults};
}

std::optional<Place> ObjectReader::required(std::string_view key) {
  auto found = optional(key);
  if (!found && is_object_) place_.faults->add(child_pointer(place_.pointer, key), "missing");
  return found;
}

template <class Value, class Read>
Value ObjectReader::read(std::string_view key, const std::optional<Value>& fallback,
                         const Read& read_value) {
  const auto found = fallback ? optional(key) : required(key);
  return found ? read_value(*found).value_or(Value{}) : fallback.value_or(Value{});
}

std::int64_t ObjectReader::integer(std::string_view key, const IntegerRange& range,
                                   std::optional<std::int64_t> fallback) {
  const auto value =
      read(key, fallback, [&](const Place& found) { return read_integer(found, range); });
  resolve(key, value);
  return value;
}

double ObjectReader::number(std::string_view key, const NumberRange& range,
                            std::optional<double> fallback) {
  const auto value =
      read(key, fallback, [&](const Place& found) { return read_number(found, range); });
  resolve(key, value);
  return value;
}

double ObjectReader::quantity(std::string_view key, Dimension dimension, const NumberRange& range,
                              std::optional<double> fallback) {
  const auto value = read(
      key, fallback, [&](const Place& found) { return read_quantity(found, dimension, range); });
  // Without end is what a quantity is without the key.
  if (std::isfinite(value)) resolve(key, value);
  return value;
}

std::string ObjectReader::text(std::string_view key, const std::optional<std::string>& fallback) {
  auto value = read(key, fallback, [&](const Place& found) { return read_text(found); });
  resolve(key, value);
  return value;
}

std::size_t ObjectReader::choice(std::string_view key, std::span<const std::string_view> choices,
                                 std::optional<std::size_t> fallback) {
  const auto value =
      read(key, fallback, [&](const Place& found) { return read_choice(found, key, choices); });
  resolve(key, choices[value]);
  return value;
}

void ObjectReader::resolve(std::string_view key, Json value) {
  auto& object = *resolved_.get_ptr<Json::object_t*>();
  object.emplace_back(std::string(key), std::move(value));
}

void ObjectReader::misplaced(std::string_view key, std::string message) {
  misplaced_.push_back(key);
  place_.faults->add(child_pointer(place_.pointer, key), std::move(message));
}

namespace {

bool is_among(std::string_view key, const std::vector<std::string_view>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void ObjectReader::finish() {
  if (!is_object_) return;
  for (const auto& [key, value] : *place_.value->get_ptr<const Json::object_t*>()) {
    if (is_among(key, known_) || is_among(key, misplaced_)) continue;
    const bool shown = !place_.faults->full();
    place_.faults->add(child_pointer(place_.pointer, key), shown ? unknown_key(key) : "");
  }
}

// With what may be meant: a key of this object, or where in the scenario it stands.
std::string ObjectReader::unknown_key(std::string_view key) {
  std::string here;
  std::string elsewhere;
  for (const std::string_view home : homes_of_key(key)) {
    const std::size_t slash = home.rfind('/');
    const std::string_view leaf = home.substr(slash + 1);
    const bool is_here = same_object(place_.pointer, home.substr(0, slash));
    if (is_here && !is_among(leaf, known_)) continue;
    if (is_here) suggested_.push_back(leaf);
    std::string& text = is_here ? here : elsewhere;
    text += fmt::format("{}{}", text.empty() ? "" : " or ", is_here ? in_quotes(leaf) : home);
  }
  const std::string unknown = fmt::format("unknown key {}", in_quotes(key));
  if (!here.empty()) return fmt::format("{}; did you mean {}?", unknown, here);
  if (!elsewhere.empty()) return fmt::format("{}; it belongs at {}", unknown, elsewhere);
  suggested_.push_back(nearest_name(key, known_));
  return unknown_name("key", key, known_);
}

bool ObjectReader::is_misspelt(std::string_view key) const {
  return !has(key) && is_among(key, suggested_);
}

}  // namespace lockstep::scenarios
