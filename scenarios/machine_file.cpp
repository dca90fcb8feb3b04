#include "scenarios/machine_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "scenarios/json_text.hpp"
#include "scenarios/parts.hpp"

namespace lockstep::scenarios {

namespace {

Json measured_json(const models::MeasuredRates& rates) {
  Json products = Json::array();
  for (std::size_t i = 0; i < rates.samples.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < rates.widths.size(); ++j)
      row.push_back(rates.products[i * rates.widths.size() + j]);
    products.push_back(std::move(row));
  }
  return {{"samples", rates.samples},        {"widths", rates.widths},
          {"products", std::move(products)}, {"elements", rates.elements},
          {"updates", rates.updates},        {"folds", rates.folds}};
}

Json device_json(const models::DeviceSpec& device) {
  Json json = {{"flops", device.flops_per_s}};
  if (std::isfinite(device.memory_bytes_per_s))
    json["memory_bandwidth"] = device.memory_bytes_per_s;
  if (std::isfinite(device.memory_bytes)) json["memory"] = std::floor(device.memory_bytes);
  json["launch_overhead"] = device.launch_overhead_s;
  json["reductions"] = device.reductions == models::Reductions::engine ? "engine" : "device";
  if (device.measured != nullptr) json["measured"] = measured_json(*device.measured);
  return json;
}

Json transport_json(const models::MachineTransport& transport) {
  Json endpoint = {{"overhead", transport.endpoint.overhead_s}};
  if (transport.endpoint.crowded_overhead_s > 0)
    endpoint["crowded_overhead"] = transport.endpoint.crowded_overhead_s;
  if (std::isfinite(transport.endpoint.copy_bytes_per_s))
    endpoint["copy_bandwidth"] = transport.endpoint.copy_bytes_per_s;
  endpoint["eager"] = transport.endpoint.eager;
  for (const models::Endpoint::Wake& wake : transport.endpoint.wakes)
    endpoint["wakes"].push_back({{"waited", wake.waited_s}, {"takes", wake.takes_s}});
  return {{"link", {{"bandwidth", transport.bytes_per_s}, {"latency", transport.latency_s}}},
          {"endpoint", std::move(endpoint)}};
}

constexpr std::string_view not_a_machine = "is not what `lockstep calibrate` writes";

bool is_machine(const Json& json) {
  const auto has = [&](const char* key) { return json.contains(key) && json[key].is_object(); };
  if (!json.is_object() || !has("machine") || !has("device") || !has("transports")) return false;
  if (json["transports"].empty()) return false;
  for (const auto& [name, transport] : json["transports"].items())
    if (!transport.is_object() || !transport.contains("link") || !transport.contains("endpoint"))
      return false;
  const Json& machine = json["machine"];
  const bool has_pulse = machine.contains("pulse") && machine["pulse"].is_number();
  return has_pulse && machine.contains("cores") && machine["cores"].is_number_integer() &&
         machine.contains("processor") && machine["processor"].is_string();
}

// The document that `machine` names or is.
std::optional<Json> document_of(const Place& place, const std::filesystem::path& folder) {
  Json machine = *place.value;
  if (machine.is_string()) {
    const auto& name = machine.get_ref<const std::string&>();
    Result<Json> read = read_machine_file(folder / name);
    if (!read) {
      for (const Fault& fault : read.faults())
        place.fault(fault.pointer.empty()
                        ? fmt::format("{}: {}", name, fault.message)
                        : fmt::format("{}: {}: {}", name, fault.pointer, fault.message));
      return std::nullopt;
    }
    return std::move(*read);
  }
  if (is_machine(machine)) return machine;
  place.fault(std::string(not_a_machine));
  return std::nullopt;
}

const Json* transport_of(const Json& machine, ObjectReader& cluster) {
  const Json& transports = machine["transports"];
  std::vector<std::string_view> names;
  for (const auto& [name, transport] : transports.items()) names.push_back(name);
  const auto place = cluster.optional("transport");
  if (!place) return &transports.front();
  const auto index = read_choice(*place, "transport", names);
  return index ? &transports[std::string(names[*index])] : nullptr;
}

}  // namespace

Json machine_json(const models::Machine& machine) {
  Json json = {{"schema", 1},
               {"machine",
                {{"processor", machine.processor},
                 {"cores", machine.cores},
                 {"pulse", machine.pulse_s},
                 {"crowding", machine.crowding}}},
               {"device", device_json(machine.device)},
               {"transports", Json::object()},
               {"spreads", Json::object()}};
  for (const models::MachineTransport& transport : machine.transports)
    json["transports"][transport.name] = transport_json(transport);
  for (const models::Spread& spread : machine.spreads) json["spreads"][spread.of] = spread.fraction;
  return json;
}

Result<Json> read_machine_file(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file);
  if (!text) return text.faults();
  Result<Json> json = parse_json(*text);
  if (!json) return json.faults();
  if (!is_machine(*json)) return Fault{"", std::string(not_a_machine)};
  return json;
}

double pulse_of(const Json& machine) { return machine["machine"]["pulse"].get<double>(); }

std::string other_machine(const Json& machine) {
  const models::Machine here = models::this_machine();
  const auto processor = machine["machine"]["processor"].get<std::string>();
  const auto cores = machine["machine"]["cores"].get<std::int64_t>();
  if (processor == here.processor && cores == here.cores) return {};
  return fmt::format("{} cores of \"{}\", but this machine has {} of \"{}\"", cores, processor,
                     here.cores, here.processor);
}

std::optional<Json> cluster_on_machine(const Place& cluster, const std::filesystem::path& folder) {
  ObjectReader object(cluster);
  const std::size_t faults_before = cluster.faults->count();
  const std::optional<Json> machine = document_of(*object.required("machine"), folder);
  const bool own_topology = object.has("topology");
  if (own_topology && object.has("hosts"))
    object.misplaced("hosts", R"(cannot be combined with "topology")");
  const std::int64_t hosts =
      own_topology ? 0 : object.integer("hosts", {1, topologies::most_hosts});
  const Json* transport = machine ? transport_of(*machine, object) : nullptr;
  if (transport == nullptr || cluster.faults->count() > faults_before) return std::nullopt;
  Json expanded = {
      {"topology", {{"kind", "fully_connected"}, {"hosts", hosts}, {"link", (*transport)["link"]}}},
      {"device", (*machine)["device"]},
      {"endpoint", (*transport)["endpoint"]},
      {"cores", (*machine)["machine"]["cores"]}};
  if ((*machine)["machine"].contains("crowding"))
    expanded["crowding"] = (*machine)["machine"]["crowding"];
  for (const auto& [key, value] : cluster.value->items())
    if (key != "machine" && key != "hosts" && key != "transport") expanded[key] = value;
  return expanded;
}

}  // namespace lockstep::scenarios
