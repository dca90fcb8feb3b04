// Links: bandwidth and latency, from a preset or in figures.
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

const LinkPreset* read_preset(const Place& place) {
  const std::vector<LinkPreset>& presets = place.faults->presets().links;
  const auto names =
      names_of(presets, [](const auto& preset) { return std::string_view(preset.name); });
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
  // What headers and the like leave of the bandwidth, for the bytes of messages.
  if (object.has("efficiency")) {
    const double efficiency = object.number("efficiency", {0, 1, true}, 1);
    if (efficiency > 0) link.bytes_per_s *= efficiency;
  }
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
