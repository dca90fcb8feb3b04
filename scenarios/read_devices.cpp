// `device`: one for all hosts (an object or a preset's name), or a list that covers every host.
#include <fmt/format.h>

#include <array>
#include <limits>

#include "scenarios/host_ranges.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {
namespace {

using models::DeviceSpec;
using models::MeasuredRates;
using models::Reductions;

constexpr NumberRange efficiency_range{0, 1, true};

const DevicePreset* read_preset(const Place& place) {
  const std::vector<DevicePreset>& presets = place.faults->presets().devices;
  const auto names =
      names_of(presets, [](const auto& preset) { return std::string_view(preset.name); });
  const auto index = read_choice(place, "device", names);
  return index ? &presets[*index] : nullptr;
}

// Sizes that rates were measured at: at least one, ascending.
std::vector<std::int64_t> read_sizes(ObjectReader& object, std::string_view key) {
  std::vector<std::int64_t> sizes;
  const auto place = object.required(key);
  if (!place || !is_list(*place, "sizes")) return {1};
  for (std::size_t i = 0; i < place->value->size(); ++i) {
    const auto size = read_integer(place->element(i), width_range);
    if (!size) continue;
    if (!sizes.empty() && *size <= sizes.back())
      place->element(i).fault(fmt::format("must be above {}, found {}", sizes.back(), *size));
    sizes.push_back(*size);
  }
  if (sizes.empty()) {
    place->fault("must have at least one size, found none");
    return {1};
  }
  object.resolve(key, *place->value);
  return sizes;
}

// One for each number of elements.
std::vector<double> read_rates(ObjectReader& object, std::string_view key, std::size_t count) {
  std::vector<double> rates(count, 1);
  const auto place = object.required(key);
  if (!place || !is_list(*place, "rates")) return rates;
  if (place->value->size() != count) {
    place->fault(fmt::format("must be {} rates, one for each number of elements, found {}", count,
                             place->value->size()));
    return rates;
  }
  for (std::size_t i = 0; i < count; ++i)
    rates[i] = read_quantity(place->element(i), Dimension::flops_per_second, positive).value_or(1);
  object.resolve(key, *place->value);
  return rates;
}

// Rates by samples and, within, by widths.
void read_products(const Place& place, MeasuredRates& rates) {
  if (!is_list(place, "rates")) return;
  if (place.value->size() != rates.samples.size())
    return place.fault(fmt::format("must be {} lists, one for each number of samples, found {}",
                                   rates.samples.size(), place.value->size()));
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    const Place row = place.element(i);
    if (!is_list(row, "rates")) continue;
    if (row.value->size() != rates.widths.size()) {
      row.fault(fmt::format("must be {} rates, one for each width, found {}", rates.widths.size(),
                            row.value->size()));
      continue;
    }
    for (std::size_t j = 0; j < row.value->size(); ++j)
      rates.products[i * rates.widths.size() + j] =
          read_quantity(row.element(j), Dimension::flops_per_second, positive).value_or(1);
  }
}

std::shared_ptr<const MeasuredRates> read_measured(const Place& place, Json& resolved) {
  ObjectReader object(place);
  auto rates = std::make_shared<MeasuredRates>();
  rates->samples = read_sizes(object, "samples");
  rates->widths = read_sizes(object, "widths");
  rates->products.assign(rates->samples.size() * rates->widths.size(), 1);
  if (const auto products = object.required("products")) {
    read_products(*products, *rates);
    object.resolve("products", *products->value);
  }
  rates->elements = read_sizes(object, "elements");
  rates->updates = read_rates(object, "updates", rates->elements.size());
  rates->folds = read_rates(object, "folds", rates->elements.size());
  object.finish();
  resolved = std::move(object.resolved());
  return rates;
}

// A share of the peak, or "typical" beside a preset.
double read_efficiency(ObjectReader& object, const DevicePreset* preset, double usual) {
  const auto place = object.optional("efficiency");
  const bool typical = place && *place->value == "typical";
  if (!typical || preset == nullptr) return object.number("efficiency", efficiency_range, usual);
  object.resolve("efficiency", preset->typical_efficiency);
  return preset->typical_efficiency;
}

// The keys of a device; those that are absent are the preset's, or free of charge.
DeviceSpec read_device_keys(ObjectReader& object, bool shared_cores) {
  // In the order of the enum.
  constexpr std::array<std::string_view, 2> reductions = {"device", "engine"};
  DeviceSpec device;
  const DevicePreset* chosen = nullptr;
  std::optional<double> flops;
  if (const auto place = object.optional("preset")) {
    flops = 0;  // an unknown preset is one fault, not two
    if (const auto* preset = read_preset(*place)) {
      object.resolve("preset", preset->name);
      chosen = preset;
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
  device.efficiency = read_efficiency(object, chosen, device.efficiency);
  if (shared_cores) device.reductions = Reductions::device;
  device.reductions = static_cast<Reductions>(
      object.choice("reductions", reductions, static_cast<std::size_t>(device.reductions)));
  if (const auto place = object.optional("measured")) {
    Json measured;
    device.measured = read_measured(*place, measured);
    object.resolve("measured", std::move(measured));
  }
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
                                         bool shared_cores, Json& resolved) {
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
    entries.push_back(read_device_keys(object, shared_cores));
    object.finish();
    resolved.push_back(std::move(object.resolved()));
  }
  if (!hosts || !ranges_read) return entries;
  coverage.check_complete(place);
  return coverage.spread(entries);
}

}  // namespace

std::vector<DeviceSpec> read_devices(const Place& place, std::optional<std::int64_t> hosts,
                                     bool shared_cores, Json& resolved) {
  if (place.value->is_array()) return read_device_list(place, hosts, shared_cores, resolved);
  // A preset's name stands for an object with nothing else.
  const Json named = {{"preset", *place.value}};
  if (place.value->is_string() && read_preset(place) == nullptr) return {};
  ObjectReader object(place.value->is_string() ? Place{&named, place.pointer, place.faults}
                                               : place);
  std::vector<DeviceSpec> devices = {read_device_keys(object, shared_cores)};
  object.finish();
  resolved = std::move(object.resolved());
  return devices;
}

}  // namespace lockstep::scenarios
