#include "tests/fuzz/conforms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <string_view>

namespace lockstep::fuzz {

namespace {

using scenarios::Json;

bool is_of(const Json& value, std::string_view type) {
  if (type == "integer")
    return value.is_number_integer() ||
           (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
  if (type == "number") return value.is_number();
  return type == value.type_name();
}

bool is_of_any(const Json& value, const Json& types) {
  if (types.is_string()) return is_of(value, types.get<std::string>());
  return std::any_of(types.begin(), types.end(),
                     [&](const Json& type) { return is_of(value, type.get<std::string>()); });
}

class Check {
 public:
  explicit Check(const Json& root) : root_(&root) {}

  std::string of(const Json& value, const Json& schema, const std::string& at) const {
    for (const auto& part : {&Check::reference, &Check::plain, &Check::alternatives,
                             &Check::properties, &Check::items}) {
      std::string wrong = (this->*part)(value, schema, at);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  std::string reference(const Json& value, const Json& schema, const std::string& at) const {
    if (!schema.contains("$ref")) return {};
    return of(value, (*root_)[Json::json_pointer(schema["$ref"].get<std::string>().substr(1))], at);
  }

  std::string plain(const Json& value, const Json& schema, const std::string& at) const {
    const auto wrong = [&](std::string_view word) {
      return fmt::format("{}: {} is not as \"{}\" says", at, value.dump().substr(0, 80), word);
    };
    if (schema.contains("type") && !is_of_any(value, schema["type"])) return wrong("type");
    if (schema.contains("const") && value != schema["const"]) return wrong("const");
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
      return wrong("enum");
    if (schema.contains("pattern") && value.is_string() &&
        !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"])))
      return wrong("pattern");
    return value.is_number() ? limits(value, schema, wrong) : std::string();
  }

  template <class Wrong>
  static std::string limits(const Json& value, const Json& schema, const Wrong& wrong) {
    const auto number = value.get<double>();
    const auto breaks = [&](const char* word, auto&& holds) {
      return schema.contains(word) && !holds(schema[word].template get<double>());
    };
    if (breaks("minimum", [&](double limit) { return number >= limit; })) return wrong("minimum");
    if (breaks("maximum", [&](double limit) { return number <= limit; })) return wrong("maximum");
    if (breaks("exclusiveMinimum", [&](double limit) { return number > limit; }))
      return wrong("exclusiveMinimum");
    if (breaks("exclusiveMaximum", [&](double limit) { return number < limit; }))
      return wrong("exclusiveMaximum");
    return {};
  }

  // Where none fits, what is wrong with that of the same `kind`, or with the last.
  std::string alternatives(const Json& value, const Json& schema, const std::string& at) const {
    for (const char* word : {"oneOf", "anyOf"}) {
      if (!schema.contains(word)) continue;
      int fitting = 0;
      std::string wrong;
      for (const Json& one : schema[word]) {
        std::string reason = of(value, one, at);
        if (reason.empty()) ++fitting;
        if (wrong.empty() || reason.find("\"const\"") == std::string::npos)
          wrong = std::move(reason);
      }
      if (fitting == 0) return wrong;
      if (fitting > 1 && word == std::string_view("oneOf"))
        return at + ": more than one alternative fits";
    }
    return {};
  }

  std::string properties(const Json& value, const Json& schema, const std::string& at) const {
    if (!value.is_object()) return {};
    if (schema.contains("required"))
      for (const Json& key : schema["required"])
        if (!value.contains(key.get<std::string>()))
          return fmt::format("{}: {} is missing", at, key.dump());
    if (!schema.contains("properties")) return {};
    for (const auto& [key, field] : value.items()) {
      const std::string there = at + "/" + key;
      if (!schema["properties"].contains(key)) {
        if (schema.value("additionalProperties", Json(true)) == false)
          return there + ": not in the schema";
        continue;
      }
      std::string wrong = of(field, schema["properties"][key], there);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string items(const Json& value, const Json& schema, const std::string& at) const {
    if (!value.is_array() || !schema.contains("items")) return {};
    for (std::size_t index = 0; index < value.size(); ++index) {
      std::string wrong = of(value[index], schema["items"], fmt::format("{}/{}", at, index));
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  const Json* root_;
};

}  // namespace

std::string not_conforming(const Json& document, const Json& schema) {
  return Check(schema).of(document, schema, "");
}

}  // namespace lockstep::fuzz
