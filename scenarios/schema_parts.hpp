// Building blocks for the parts of the scenario's schema.
#pragma once

#include <initializer_list>
#include <string_view>

#include "scenarios/messages.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

// Refers to one of the schema's own definitions.
[[nodiscard]] Json reference(std::string_view definition);
// A number in base units, or a text with a unit that matches `units`.
[[nodiscard]] Json quantity(std::string_view description, std::string_view units,
                            bool zero_allowed);
[[nodiscard]] Json text(std::string_view description);
[[nodiscard]] Json integer(std::string_view description, std::int64_t least);
[[nodiscard]] Json list(std::string_view description, Json items);
[[nodiscard]] Json object(std::string_view description, Json properties,
                          Json required = Json::array());

template <class Presets>
[[nodiscard]] Json preset_names(std::string_view description, const Presets& presets) {
  const auto names =
      names_of(presets, [](const auto& preset) { return std::string_view(preset.name); });
  return {{"description", description},
          {"anyOf", Json::array({Json{{"enum", names}},
                                 text("The name of one of the scenario's own `presets`.")})}};
}

// An object that has these keys.
[[nodiscard]] Json alternative(std::initializer_list<const char*> required);
// Values that are tried, one after another: a list, or a range.
[[nodiscard]] Json swept_values();

// schema_plan.cpp
[[nodiscard]] Json plan_schema();
// A value, a list of them, or a range.
[[nodiscard]] Json planned_values_schema();
// schema_cluster.cpp
[[nodiscard]] Json link_schema();
[[nodiscard]] Json topology_schema();
[[nodiscard]] Json cluster_schema();
[[nodiscard]] Json presets_schema();

}  // namespace lockstep::scenarios
