#include "scenarios/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "scenarios/json_pointer.hpp"
#include "scenarios/json_text.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::scenarios {

std::optional<std::string> why_not_settable(const Json& document, std::string_view pointer) {
  const auto steps = pointer_steps(pointer);
  if (!steps || steps->empty())
    return fmt::format("{} is not a JSON pointer such as \"/training/iterations\"",
                       in_quotes(pointer));
  if (steps->size() > most_levels)
    return fmt::format("the pointer has more than {} levels", most_levels);
  const Json* value = &document;
  for (const std::string& step : *steps) {
    if (value->is_object()) {
      const auto child = value->find(step);
      if (child == value->end()) return std::nullopt;  // all below would be created
      value = &*child;
    } else if (value->is_array()) {
      if (step == "-") return std::nullopt;
      const auto index = array_index(step);
      const std::size_t end = value->size();
      if (!index) return fmt::format("{} is not a list index", in_quotes(step));
      if (*index > end) return fmt::format("index {} is past the end of a list of {}", *index, end);
      if (*index == end) return std::nullopt;
      value = &(*value)[*index];
    } else {
      return fmt::format("there is no {} in {}", in_quotes(step), shown(*value));
    }
  }
  return std::nullopt;
}

void set_value(Json& document, std::string_view pointer, Json value) {
  const auto steps = pointer_steps(pointer);
  Json* target = &document;
  for (const std::string& step : *steps) {
    if (!target->is_array()) {
      target = &(*target)[step];  // makes an object of what was just created
      continue;
    }
    const std::size_t index = step == "-" ? target->size() : *array_index(step);
    if (index == target->size()) target->push_back(nullptr);
    target = &(*target)[index];
  }
  *target = std::move(value);
}

namespace {

// JSON if it reads as JSON, a plain text if not.
Json override_value(const std::string& text) {
  Result<Json> value = parse_json(text);
  return value ? std::move(*value) : Json(text);
}

// "a,b,c", or a list or a range as JSON.
Json axis_value(const std::string& text) {
  Result<Json> whole = parse_json(text);
  if (whole && whole->is_structured()) return std::move(*whole);
  Json values = Json::array();
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    values.push_back(override_value(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return values;
}

// Axes beside those of the scenario, or in their place.
void apply_axes(Json& document, const std::vector<Override>& axes, FaultList& faults) {
  std::set<std::string> swept;
  for (const auto& [pointer, text] : axes) {
    if (!is_utf8(pointer) || !is_utf8(text)) {
      faults.add("", "--sweep: not UTF-8");
    } else if (!swept.insert(pointer).second) {
      faults.add("/sweep", fmt::format("--sweep: {} is swept twice", pointer));
    } else if (const auto reason = why_not_settable(document, child_pointer("/sweep", pointer))) {
      faults.add("/sweep", fmt::format("--sweep: {}", *reason));
    } else {
      set_value(document, child_pointer("/sweep", pointer), axis_value(text));
    }
  }
}

// Whether an axis of the scenario, or one of those that move together, sets the pointer.
bool is_swept(const Json& document, std::string_view pointer) {
  const auto sweep = document.is_object() ? document.find("sweep") : document.end();
  if (sweep == document.end() || !sweep->is_object()) return false;
  if (sweep->contains(std::string(pointer))) return true;
  return std::ranges::any_of(sweep->items(), [&](const auto& axis) {
    return !axis.key().starts_with('/') && axis.value().is_object() &&
           axis.value().contains(std::string(pointer));
  });
}

}  // namespace

void apply_overrides(Json& document, const LoadOptions& options, FaultList& faults) {
  for (const auto& [pointer, text] : options.overrides) {
    if (!is_utf8(pointer) || !is_utf8(text)) {
      faults.add("", "--set: not UTF-8");
    } else if (const auto reason = why_not_settable(document, pointer)) {
      faults.add(pointer, fmt::format("--set: {}", *reason));
    } else {
      set_value(document, pointer, override_value(text));
    }
  }
  apply_axes(document, options.axes, faults);
  if (options.seed && is_swept(document, "/training/seed"))
    faults.add("/training/seed", "--seed: has no effect: the scenario's sweep gives other values");
  // Without a training block the seed has no use; that it is missing is said elsewhere.
  if (options.seed && document.is_object()) {
    const auto training = document.find("training");
    if (training != document.end() && training->is_object()) (*training)["seed"] = *options.seed;
  }
}

}  // namespace lockstep::scenarios
