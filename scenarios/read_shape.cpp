// The keys of a shape, as its table of keys says.
#include <fmt/format.h>

#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::LevelSpec;
using topologies::LinkSpec;
using topologies::ShapeKey;
using topologies::ShapeSetting;
using topologies::ShapeValue;
using topologies::TopologySpec;

IntegerRange range_of(const ShapeKey& key) { return {key.least, topologies::most_hosts}; }

// Dimensions and the like are few: there is no need for more than the bits of a count.
constexpr std::size_t most_entries = 64;

bool is_short_list(const Place& place, std::string_view what) {
  if (!is_list(place, what)) return false;
  if (place.value->size() <= most_entries) return true;
  place.fault(
      fmt::format("must have at most {} entries, found {}", most_entries, place.value->size()));
  return false;
}

std::vector<std::int64_t> read_counts(const Place& place, const ShapeKey& key) {
  std::vector<std::int64_t> counts;
  if (!is_short_list(place, "integers")) return counts;
  for (std::size_t i = 0; i < place.value->size(); ++i)
    counts.push_back(read_integer(place.element(i), range_of(key)).value_or(key.least));
  return counts;
}

std::optional<LinkSpec> read_optional_link(ObjectReader& object, std::string_view key) {
  const auto place = object.optional(key);
  if (!place) return std::nullopt;
  Json resolved;
  const LinkSpec link = read_uniform_link(*place, resolved);
  object.resolve(key, std::move(resolved));
  return link;
}

// The bandwidth of hosts over that of their uplinks, however wide these are.
constexpr NumberRange ratio_range{1e-3, 1e6};

std::vector<LevelSpec> read_levels(const Place& place, Json& resolved) {
  std::vector<LevelSpec> levels;
  resolved = Json::array();
  if (!is_short_list(place, "levels")) return levels;
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    LevelSpec& level = levels.emplace_back();
    level.children = object.integer("children", {1, topologies::most_hosts});
    level.link = read_optional_link(object, "link");
    if (object.has("oversubscription"))
      level.oversubscription = object.number("oversubscription", ratio_range);
    object.finish();
    resolved.push_back(std::move(object.resolved()));
  }
  return levels;
}

ShapeSetting read_setting(ObjectReader& object, const Place& place, const ShapeKey& key) {
  Json resolved = *place.value;
  ShapeSetting setting;
  switch (key.value) {
    case ShapeValue::count:
      setting = read_integer(place, range_of(key)).value_or(key.least);
      break;
    case ShapeValue::counts:
      setting = read_counts(place, key);
      break;
    case ShapeValue::ratio:
      setting = read_number(place, ratio_range).value_or(1);
      break;
    case ShapeValue::flag:
      setting = read_boolean(place).value_or(false);
      break;
    case ShapeValue::link:
      setting = read_uniform_link(place, resolved);
      break;
    case ShapeValue::levels:
      setting = read_levels(place, resolved);
      break;
  }
  object.resolve(key.name, std::move(resolved));
  return setting;
}

}  // namespace

void read_shape_keys(ObjectReader& object, std::span<const ShapeKey> keys, TopologySpec& spec) {
  for (const ShapeKey& key : keys) {
    const auto place = key.required ? object.required(key.name) : object.optional(key.name);
    if (place) spec.settings.emplace(key.name, read_setting(object, *place, key));
  }
}

}  // namespace lockstep::scenarios
