#include "tests/fuzz/schema_value.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace lockstep::fuzz {

namespace {

constexpr std::string_view definitions = "#/$defs/";

}  // namespace

std::int64_t SchemaValues::between(std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(
                     random_->below(static_cast<std::uint64_t>(std::max(most - least, 0L) + 1)));
}

double SchemaValues::power_of_ten(double least, double most) {
  return std::pow(10, least + (most - least) * random_->uniform());
}

const Json& SchemaValues::resolved(const Json& schema) const {
  if (!schema.contains("$ref")) return schema;
  return (*root_)["$defs"][schema["$ref"].get<std::string>().substr(definitions.size())];
}

// Rates and sizes of machines as they are, or nothing at all where that is allowed.
Json SchemaValues::quantity(std::string_view unit) {
  if (unit == "seconds") return once_in(3) ? 0.0 : power_of_ten(-7, -3);
  if (unit == "bytes") return once_in(8) ? 0.0 : std::floor(power_of_ten(0, 6));
  if (unit == "positive_bytes") return std::floor(power_of_ten(3, 10));
  if (unit == "bytes_per_second") return once_in(3) ? 1e9 : power_of_ten(6, 11);
  if (unit == "flops_per_second") return once_in(3) ? 1e12 : power_of_ten(8, 14);
  return nullptr;
}

Json SchemaValues::number(const Json& schema) {
  if (schema.contains("default") && schema["default"].is_number() && once_in(3))
    return schema["default"];
  const bool whole = schema["type"] == "integer";
  double least = 0;
  if (schema.contains("minimum")) least = std::max(least, schema["minimum"].get<double>());
  double most = least + (whole ? 8 : 1);
  if (schema.contains("exclusiveMinimum"))
    most = (least = schema["exclusiveMinimum"].get<double>()) + 1;
  if (schema.contains("maximum")) most = std::min(most, schema["maximum"].get<double>());
  if (schema.contains("exclusiveMaximum"))
    most = std::min(most, schema["exclusiveMaximum"].get<double>());
  if (whole) return between(static_cast<std::int64_t>(least), static_cast<std::int64_t>(most));
  return least + (most - least) * (random_->uniform() / 2 + 0.25);
}

Json SchemaValues::object(const Json& schema) {
  Json result = Json::object();
  if (!schema.contains("properties")) return result;
  const Json required = schema.value("required", Json::array());
  for (const auto& [name, property] : schema["properties"].items()) {
    const bool needed = std::find(required.begin(), required.end(), name) != required.end();
    if (needed || once_in(2)) result[name] = draw(property, name);
  }
  return result;
}

Json SchemaValues::draw(const Json& schema, std::string_view key) {
  if (schema.contains("$ref")) {
    const std::string name = schema["$ref"].get<std::string>().substr(definitions.size());
    const Json value = quantity(name);
    return value.is_null() ? draw(resolved(schema), name) : value;
  }
  if (schema.contains("const")) return schema["const"];
  for (const char* choice : {"enum", "oneOf", "anyOf"}) {
    if (!schema.contains(choice) || schema.contains("properties")) continue;
    const Json& all = schema[choice];
    const Json& one = all[random_->below(all.size())];
    return choice == std::string_view("enum") ? one : draw(one, key);
  }
  Json type = schema.value("type", Json("object"));
  if (type.is_array()) type = Json(type[0]);  // the usual one comes first
  if (type == "integer" || type == "number") return number(schema);
  if (type == "boolean") return once_in(2);
  if (type == "object") return object(schema);
  if (type == "array") {
    Json list = Json::array();
    for (std::int64_t left = between(1, 3); left > 0; --left)
      list.push_back(draw(schema["items"], key));
    return list;
  }
  return "text";
}

}  // namespace lockstep::fuzz
