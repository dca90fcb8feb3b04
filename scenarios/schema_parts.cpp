#include "scenarios/schema_parts.hpp"

#include <fmt/format.h>

namespace lockstep::scenarios {

namespace {

constexpr std::string_view digits = R"(^([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][-+]?[0-9]+)? *)";

}  // namespace

Json reference(std::string_view definition) {
  return {{"$ref", fmt::format("#/$defs/{}", definition)}};
}

// A number in base units, or a text with a unit that matches `units`.
Json quantity(std::string_view description, std::string_view units, bool zero_allowed) {
  const Json number = {{"type", "number"}, {zero_allowed ? "minimum" : "exclusiveMinimum", 0}};
  const Json text = {{"type", "string"}, {"pattern", fmt::format("{}({})$", digits, units)}};
  return {{"description", description}, {"anyOf", Json::array({number, text})}};
}

Json text(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

Json integer(std::string_view description, std::int64_t least) {
  return {{"type", "integer"}, {"minimum", least}, {"description", description}};
}

Json list(std::string_view description, Json items) {
  return {{"type", "array"}, {"description", description}, {"items", std::move(items)}};
}

Json object(std::string_view description, Json properties, Json required) {
  return {{"type", "object"},
          {"description", description},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

// An object that has these keys.
Json alternative(std::initializer_list<const char*> required) {
  Json keys = Json::array();
  for (const char* key : required) keys.push_back(key);
  return {{"required", std::move(keys)}};
}

// A list, or a range.
Json swept_values() {
  Json list = {{"type", "array"}, {"minItems", 1}};
  const Json term = {{"type", Json::array({"number", "string"})}};
  Json range =
      object("From one value to another, by steps or by factors.",
             {{"from", term}, {"to", term}, {"step", term}, {"times", {{"type", "number"}}}},
             {"from", "to"});
  range["oneOf"] = Json::array({alternative({"step"}), alternative({"times"})});
  return {{"oneOf", Json::array({std::move(list), std::move(range)})}};
}

}  // namespace lockstep::scenarios
