// `device`: one for all hosts (an object or a preset's name), or a list that covers every host.
#include <fmt/format.h>

#include <limits>

#include "scenarios/host_ranges.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/readers.hpp"

namespace lockstep::scenarios {
namespace {

using models::DeviceSpec;

constexpr NumberRange efficiency_range{0, 1, true};

const models::DevicePreset* read_preset(const Place& place) {
  const auto presets = models::device_presets();
  const auto names = names_of(presets, [](const auto& preset) { return preset.name; });
  const auto index = read_choice(place, "device", names);
  return index ? &presets[*index] : nullptr;
}

// The keys of a device; those that are absent are the preset's, or free of charge.
DeviceSpec read_device_keys(ObjectReader& object) {
  DeviceSpec device;
  std::optional<double> flops;
  if (const auto place = object.optional("preset")) {
    flops = 0;  // an unknown preset is one fault, not two
    if (const auto* preset = read_preset(*place)) {
      object.resolve("preset", preset->name);
      device = preset->device;
      flops = device.flops_per_s;
    }
  }
  device.flops_per_s = object.quantity("flops", Dimension::flops_per_second, positive, flops);
  device.memory_bytes_per_s = object.quantity("memory_bandwidth", Dimension::bytes_per_second,
                                              positive, device.memory_bytes_per_s);
  device.memory_bytes = object.quantity("memory", Dimension::bytes, positive, device.memory_bytes);
  device.launch_overhead_s =
      object.quantity("launch_overhead", Dimension::seconds, any_span, device.launch_overhead_s);
  device.efficiency = object.number("efficiency", efficiency_range, device.efficiency);
  return device;
}

// Which entry of the list each host has its device from.
class Coverage {
 public:
  explicit Coverage(std::int64_t hosts) : owner_(static_cast<std::size_t>(hosts), nobody) {}

  void claim(const Place& place, const std::vector<HostRange>& ranges, std::size_t entry) {
    const auto hosts = static_cast<std::int64_t>(owner_.size());
    for (const HostRange& range : ranges) {
      if (range.last >= hosts) {
        place.fault(fmt::format("must be hosts from 0 to {}, found {}", hosts - 1, range.last));
        faulty_ = true;
        continue;
      }
      for (std::int64_t host = range.first; host <= range.last; ++host)
        if (!claim_host(place, host, entry)) break;
    }
  }

  void check_complete(const Place& place) const {
    std::vector<std::int64_t> missing;
    for (std::size_t host = 0; host < owner_.size(); ++host)
      if (owner_[host] == nobody) missing.push_back(static_cast<std::int64_t>(host));
    if (!missing.empty() && !faulty_)
      place.fault(fmt::format("has no device for host{} {}", missing.size() == 1 ? "" : "s",
                              format_host_ranges(missing)));
  }

  [[nodiscard]] std::vector<DeviceSpec> spread(const std::vector<DeviceSpec>& entries) const {
    std::vector<DeviceSpec> devices;
    devices.reserve(owner_.size());
    for (const std::size_t entry : owner_)
      devices.push_back(entry == nobody ? DeviceSpec{} : entries[entry]);
    return devices;
  }

 private:
  static constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

  bool claim_host(const Place& place, std::int64_t host, std::size_t entry) {
    std::size_t& owner = owner_[static_cast<std::size_t>(host)];
    if (owner != nobody) {
      place.fault(
          fmt::format("host {} has a device already, from entry {} of the list", host, owner));
      faulty_ = true;
      return false;
    }
    owner = entry;
    return true;
  }

  std::vector<std::size_t> owner_;
  bool faulty_ = false;
};

// "0-3,8", or a single number.
std::optional<std::vector<HostRange>> read_host_ranges(const Place& place) {
  if (place.value->is_number()) {
    const auto host = read_integer(place, {0, topologies::most_hosts});
    if (!host) return std::nullopt;
    return std::vector<HostRange>{{*host, *host}};
  }
  const auto* text = place.value->get_ptr<const std::string*>();
  auto ranges = text == nullptr ? std::nullopt : parse_host_ranges(*text);
  if (!ranges) place.must_be("host numbers, as \"0-3,8\"");
  return ranges;
}

std::vector<DeviceSpec> read_device_list(const Place& place, std::optional<std::int64_t> hosts,
                                         Json& resolved) {
  Coverage coverage(hosts.value_or(0));
  std::vector<DeviceSpec> entries;
  bool ranges_read = true;
  resolved = Json::array();
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    ObjectReader object(place.element(i));
    if (const auto key = object.required("hosts")) {
      const auto ranges = read_host_ranges(*key);
      if (ranges && hosts) coverage.claim(*key, *ranges, i);
      ranges_read = ranges_read && ranges;
      object.resolve("hosts", *key->value);
    } else {
      ranges_read = false;
    }
    entries.push_back(read_device_keys(object));
    object.finish();
    resolved.push_back(std::move(object.resolved()));
  }
  if (!hosts || !ranges_read) return entries;
  coverage.check_complete(place);
  return coverage.spread(entries);
}

}  // namespace

std::vector<DeviceSpec> read_devices(const Place& place, std::optional<std::int64_t> hosts,
                                     Json& resolved) {
  if (place.value->is_array()) return read_device_list(place, hosts, resolved);
  // A preset's name stands for an object with nothing else.
  const Json named = {{"preset", *place.value}};
  if (place.value->is_string() && read_preset(place) == nullptr) return {};
  ObjectReader object(place.value->is_string() ? Place{&named, place.pointer, place.faults}
                                               : place);
  std::vector<DeviceSpec> devices = {read_device_keys(object)};
  object.finish();
  resolved = std::move(object.resolved());
  return devices;
}

}  // namespace lockstep::scenarios
