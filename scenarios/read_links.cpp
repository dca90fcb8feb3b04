// Links: bandwidth and latency, from a preset or in figures.
#include "models/devices/presets.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

const models::LinkPreset* read_preset(const Place& place) {
  const auto presets = models::link_presets();
  const auto names = names_of(presets, [](const auto& preset) { return preset.name; });
  const auto index = read_choice(place, "link", names);
  return index ? &presets[*index] : nullptr;
}

}  // namespace

void read_link_keys(ObjectReader& object, topologies::LinkSpec& link) {
  std::optional<double> bandwidth;
  double latency_s = 0;
  if (const auto place = object.optional("preset")) {
    bandwidth = 0;  // an unknown preset is one fault, not two
    if (const auto* preset = read_preset(*place)) {
      object.resolve("preset", preset->name);
      bandwidth = preset->bytes_per_s;
      latency_s = preset->latency_s;
    }
  }
  link.bytes_per_s = object.quantity("bandwidth", Dimension::bytes_per_second, positive, bandwidth);
  link.latency_s = object.quantity("latency", Dimension::seconds, any_span, latency_s);
  if (link.bytes_per_s == 0) link.bytes_per_s = stand_in_bandwidth;
}

topologies::LinkSpec read_uniform_link(const Place& place, Json& resolved) {
  topologies::LinkSpec link;
  link.bytes_per_s = stand_in_bandwidth;
  if (!place.value->is_string()) {
    ObjectReader object(place);
    read_link_keys(object, link);
    object.finish();
    resolved = std::move(object.resolved());
  } else if (const auto* preset = read_preset(place)) {
    link.bytes_per_s = preset->bytes_per_s;
    link.latency_s = preset->latency_s;
    resolved = {{"preset", preset->name},
                {"bandwidth", preset->bytes_per_s},
                {"latency", preset->latency_s}};
  }
  return link;
}

}  // namespace lockstep::scenarios
