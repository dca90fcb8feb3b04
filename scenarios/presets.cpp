#include "scenarios/presets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenarios/json_text.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"
#include "scenarios/preset_texts.hpp"
#include "sim/base/check.hpp"

namespace lockstep::scenarios {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 2> reductions_names = {"device", "engine"};
constexpr std::size_t on_engine = 1;
constexpr std::string_view own_source = "the scenario's own";

// A device has an entry for each number format: its peak, and what of it is reached.
void read_device(const Place& place, std::vector<DevicePreset>& devices) {
  ObjectReader object(place);
  DevicePreset preset;
  const std::string name = object.text("name");
  models::DeviceSpec& device = preset.device;
  device.memory_bytes = object.quantity("memory", Dimension::bytes, positive, device.memory_bytes);
  device.memory_bytes_per_s = object.quantity("memory_bandwidth", Dimension::bytes_per_second,
                                              positive, device.memory_bytes_per_s);
  device.launch_overhead_s = object.quantity("launch_overhead", Dimension::seconds, any_span, 0.0);
  device.reductions =
      static_cast<models::Reductions>(object.choice("reductions", reductions_names, on_engine));
  preset.source = object.text("source", std::string(own_source));
  if (const auto formats = object.required("formats")) {
    if (!formats->value->is_object() || formats->value->empty())
      formats->must_be("an object with an entry for each number format");
    else
      for (const auto& [format, value] : formats->value->items()) {
        ObjectReader entry(Place{&value, child_pointer(formats->pointer, format), place.faults});
        preset.name = name + "_" + format;
        device.flops_per_s = entry.quantity("flops", Dimension::flops_per_second, positive);
        preset.typical_efficiency = entry.number("efficiency", {0, 1, true}, 1);
        preset.efficiency_source = entry.text("efficiency_source", std::string(own_source));
        entry.finish();
        devices.push_back(preset);
      }
  }
  object.finish();
}

void read_link(const Place& place, std::vector<LinkPreset>& links) {
  ObjectReader object(place);
  LinkPreset& link = links.emplace_back();
  link.name = object.text("name");
  link.bytes_per_s = object.quantity("bandwidth", Dimension::bytes_per_second, positive);
  link.latency_s = object.quantity("latency", Dimension::seconds, any_span, 0.0);
  link.bandwidth_source = object.text("bandwidth_source", std::string(own_source));
  link.latency_source = object.text("latency_source", std::string(own_source));
  object.finish();
}

// Its device and topology are checked where the machine is used.
void read_machine(const Place& place, std::vector<MachinePreset>& machines) {
  ObjectReader object(place);
  MachinePreset& machine = machines.emplace_back();
  machine.name = object.text("name");
  machine.device = object.text("device");
  if (const auto topology = object.required("topology")) machine.topology = *topology->value;
  machine.source = object.text("source", std::string(own_source));
  object.finish();
}

template <class Preset>
void read_list(const Place& place, void (*read)(const Place& place, std::vector<Preset>& presets),
               std::vector<Preset>& presets) {
  if (!is_list(place, "presets")) return;
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    const std::size_t known = presets.size();
    read(place.element(i), presets);
    for (std::size_t added = known; added < presets.size(); ++added)
      for (std::size_t other = 0; other < known; ++other)
        if (presets[other].name == presets[added].name)
          place.element(i).fault(
              fmt::format("there is a preset \"{}\" already", presets[other].name));
  }
}

Presets read_built_in() {
  Presets presets;
  FaultList faults;
  const auto read = [&](std::string_view text, auto read_one, auto& into) {
    const Result<Json> rows = parse_json(text);
    check(rows.ok(), "a file of topologies/presets is not JSON");
    read_list(Place{&*rows, "", &faults}, read_one, into);
  };
  read(device_presets_text, read_device, presets.devices);
  read(link_presets_text, read_link, presets.links);
  read(machine_presets_text, read_machine, presets.machines);
  check(faults.count() == 0, "topologies/presets: {}",
        faults.count() == 0 ? "" : faults.kept().front().pointer + faults.kept().front().message);
  return presets;
}

struct Words {
  std::string name;
  std::int64_t count = 1;
  std::string link;
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "NAME", "NAME x COUNT", "NAME x COUNT on LINK".
std::optional<Words> words_of(const Place& place, std::string_view text) {
  Words words;
  if (const auto on = text.find(" on "); on != std::string_view::npos) {
    words.link = trimmed(text.substr(on + 4));
    text = text.substr(0, on);
  }
  if (const auto times = text.find(" x "); times != std::string_view::npos) {
    const std::string_view count = trimmed(text.substr(times + 3));
    const auto [end, error] =
        std::from_chars(count.data(), count.data() + count.size(), words.count);
    if (error != std::errc() || end != count.data() + count.size()) {
      place.fault(
          fmt::format("must be as \"dgx_a100 x 4\" or \"v100 x 16 on ethernet_10g\", found "
                      "\"{}\" in place of a number",
                      count));
      return std::nullopt;
    }
    text = text.substr(0, times);
  }
  words.name = trimmed(text);
  if (words.count >= 1 && words.count <= topologies::most_hosts) return words;
  place.fault(fmt::format("must be from 1 to {} of \"{}\", found {}", topologies::most_hosts,
                          words.name, words.count));
  return std::nullopt;
}

Json of_machines(const MachinePreset& machine, const Words& words) {
  Json topology = machine.topology;
  if (words.count > 1) {
    topology["machines"] = words.count;
    if (!words.link.empty()) topology["network"] = words.link;
  } else {
    for (const char* key : {"ports", "port_link", "network", "rails"}) topology.erase(key);
  }
  return {{"topology", std::move(topology)}, {"device", machine.device}};
}

// The device of that name, or the first whose name goes on with a format.
const DevicePreset* find_device(const std::vector<DevicePreset>& devices, const std::string& name) {
  const auto found = std::ranges::find(devices, name, &DevicePreset::name);
  if (found != devices.end()) return &*found;
  const auto is_format = [&](const DevicePreset& device) {
    return device.name.starts_with(name + "_") &&
           device.name.find('_', name.size() + 1) == std::string::npos;
  };
  const auto first = std::ranges::find_if(devices, is_format);
  return first == devices.end() ? nullptr : &*first;
}

}  // namespace

const Presets& built_in_presets() {
  static const Presets presets = read_built_in();
  return presets;
}

void read_presets(const Place& place, const std::filesystem::path& folder, Presets& presets,
                  Json& resolved) {
  Json from_file;
  Place rows = place;
  if (place.value->is_string()) {
    const auto& file = place.value->get_ref<const std::string&>();
    if (file.empty()) return place.fault("must not be empty");
    const Result<std::string> text = read_file(folder / file);
    const Result<Json> parsed = text ? parse_json(*text) : Result<Json>(text.faults());
    if (!parsed) {
      for (const Fault& fault : parsed.faults()) place.fault(file + ": " + fault.message);
      return;
    }
    from_file = *parsed;
    rows.value = &from_file;
  }
  resolved = *rows.value;
  ObjectReader object(rows);
  if (const auto devices = object.optional("devices"))
    read_list(*devices, read_device, presets.devices);
  if (const auto links = object.optional("links")) read_list(*links, read_link, presets.links);
  if (const auto machines = object.optional("machines"))
    read_list(*machines, read_machine, presets.machines);
  object.finish();
}

Json expand_cluster(const Place& place) {
  const Presets& presets = place.faults->presets();
  const auto words = words_of(place, trimmed(place.value->get_ref<const std::string&>()));
  if (!words) return nullptr;
  const auto machine = std::ranges::find(presets.machines, words->name, &MachinePreset::name);
  const DevicePreset* device = find_device(presets.devices, words->name);
  if (machine == presets.machines.end() && device == nullptr) {
    auto names =
        names_of(presets.machines, [](const auto& one) { return std::string_view(one.name); });
    for (const DevicePreset& one : presets.devices) names.push_back(one.name);
    place.fault(unknown_name("machine or device", words->name, names));
    return nullptr;
  }
  const auto known = [&](const LinkPreset& link) { return link.name == words->link; };
  if (!words->link.empty() && std::ranges::none_of(presets.links, known)) {
    place.fault(unknown_name("link", words->link, names_of(presets.links, [](const auto& one) {
                               return std::string_view(one.name);
                             })));
    return nullptr;
  }
  if (machine != presets.machines.end() && words->count == 1 && !words->link.empty()) {
    place.fault(fmt::format("\"on {}\" has no effect: one machine needs no network", words->link));
    return nullptr;
  }
  if (machine != presets.machines.end()) return of_machines(*machine, *words);
  if (words->link.empty() && words->count > 1) {
    place.fault(fmt::format("needs a network, as in \"{} x {} on ethernet_10g\"", words->name,
                            words->count));
    return nullptr;
  }
  // A host alone has a link that nothing goes over.
  const std::string link = words->link.empty() ? presets.links.front().name : words->link;
  return {{"topology", {{"kind", "star"}, {"hosts", words->count}, {"link", link}}},
          {"device", device->name}};
}

}  // namespace lockstep::scenarios
