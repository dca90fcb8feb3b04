#include "reports/scenario_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/text.hpp"
#include "scenarios/presets.hpp"
#include "sim/base/quantity.hpp"

namespace lockstep::reports {

using models::Cluster;
using models::DeviceSpec;
using topologies::Link;
using topologies::Sharing;
using topologies::Topology;

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

namespace {

std::string links_text(const Topology& topology) {
  if (topology.links.empty()) return "no links";
  const Link& first = topology.links.front();
  const bool alike =
      std::all_of(topology.links.begin(), topology.links.end(), [&](const Link& link) {
        return link.bytes_per_s == first.bytes_per_s && link.latency == first.latency;
      });
  if (!alike) return counted(static_cast<std::int64_t>(topology.links.size()), "link");
  return fmt::format("links of {} and {}", format_bits_per_second(first.bytes_per_s),
                     format_seconds(first.latency.seconds()));
}

std::string sharing_text(Sharing sharing) {
  switch (sharing) {
    case Sharing::none:
      return "no contention";
    case Sharing::single_port:
      return "one message at a time per host";
    case Sharing::max_min:
      break;
  }
  return "shared max-min fairly";
}

std::string connections_text(const Cluster& cluster) {
  const bool told = cluster.connections == models::Connections::independent &&
                    cluster.sharing != Sharing::single_port;
  return told ? ", messages between two hosts may overlap" : "";
}

// What a preset reaches is said beside what the scenario takes it to reach.
std::string efficiency_text(const DeviceSpec& device, std::string_view preset) {
  if (device.measured != nullptr) return "rates as measured";
  std::string text = fmt::format("efficiency {:.3g}", device.efficiency);
  for (const scenarios::DevicePreset& known : scenarios::built_in_presets().devices)
    if (known.name == preset)
      text += fmt::format(" ({:.3g} is typical of {})", known.typical_efficiency, known.name);
  return text;
}

std::string device_text(const DeviceSpec& device, std::string_view preset) {
  std::string text = fmt::format("{} at peak, {}", format_flops_per_second(device.flops_per_s),
                                 efficiency_text(device, preset));
  if (std::isfinite(device.memory_bytes)) text += ", " + format_bytes(device.memory_bytes);
  if (std::isfinite(device.memory_bytes_per_s))
    text += ", memory at " + format_bytes_per_second(device.memory_bytes_per_s);
  if (device.launch_overhead_s > 0)
    text += ", " + format_seconds(device.launch_overhead_s) + " per launch";
  return text;
}

std::string several_devices_text(const std::vector<DeviceSpec>& devices) {
  const auto [least, most] = std::minmax_element(
      devices.begin(), devices.end(),
      [](const DeviceSpec& a, const DeviceSpec& b) { return a.efficiency < b.efficiency; });
  const std::string range =
      least->efficiency < most->efficiency
          ? fmt::format("efficiency {:.3g} to {:.3g}", least->efficiency, most->efficiency)
          : fmt::format("efficiency {:.3g}", least->efficiency);
  return "devices of several kinds, " + range;
}

std::string devices_text(const scenarios::Scenario& scenario) {
  const Cluster& cluster = scenario.cluster;
  if (cluster.devices.empty()) return "no devices";
  const DeviceSpec& first = cluster.devices.front();
  const bool alike = std::all_of(cluster.devices.begin(), cluster.devices.end(),
                                 [&](const DeviceSpec& device) { return device == first; });
  if (!alike) return several_devices_text(cluster.devices);
  const scenarios::Json::json_pointer preset("/cluster/device/preset");
  const bool named = scenario.resolved.contains(preset);
  return "each " + device_text(first, named ? scenario.resolved[preset].get<std::string>() : "");
}

std::string measured_text(const std::vector<models::MeasuredStage>& stages) {
  double bytes = 0;
  for (const models::MeasuredStage& stage : stages)
    bytes += static_cast<double>(stage.parameter_bytes);
  return fmt::format("{}; parameters of {}",
                     counted(static_cast<std::int64_t>(stages.size()), "measured stage"),
                     format_bytes(bytes));
}

// Nothing where all scalars are alike.
std::string precision_text(const models::Precision& precision) {
  if (precision == models::Precision::of(precision.parameters)) return {};
  const std::string master =
      precision.master_copy > 0
          ? fmt::format(", {} per scalar of a master copy", precision.master_copy)
          : "";
  return fmt::format(
      "; bytes: {} per parameter, {} per gradient, {} per activation{}, {} per scalar of optimizer "
      "state",
      precision.parameters, precision.gradients, precision.activations, master,
      precision.optimizer_state);
}

}  // namespace

std::string cluster_text(const scenarios::Scenario& scenario) {
  const Cluster& cluster = scenario.cluster;
  const bool computes = scenario.traffic.empty();
  return fmt::format("{}, {}, {}, {}{}{}", counted(cluster.hosts(), "host"), cluster.topology->kind,
                     links_text(*cluster.topology), sharing_text(cluster.sharing),
                     computes ? connections_text(cluster) : "",
                     computes ? "; " + devices_text(scenario) : "");
}

std::string model_text(const scenarios::Scenario& scenario) {
  if (!scenario.measured.empty()) return measured_text(scenario.measured);
  const models::Mlp& mlp = scenario.mlp;
  const auto parameters = static_cast<double>(mlp.parameters());
  const bool square = std::all_of(mlp.shapes.begin(), mlp.shapes.end(), [&](const auto& layer) {
    return layer.inputs == mlp.widest() && layer.outputs == mlp.widest();
  });
  const std::string of =
      square ? fmt::format("{} x {}", mlp.widest(), mlp.widest())
             : fmt::format("{} inputs, up to {} wide, and {} outputs", mlp.activations_before(0),
                           mlp.widest(), mlp.activations_before(mlp.layers));
  return fmt::format("MLP, {} of {}; {} parameters, {}{}", counted(mlp.layers, "layer"), of,
                     prefixed(parameters),
                     format_bytes(parameters * static_cast<double>(mlp.precision.parameters)),
                     precision_text(mlp.precision));
}

std::string training_text(const models::Training& training) {
  const models::UpdateRule& rule = *training.optimizer.rule;
  const models::Shares& shares = training.shares;
  const char* per = training.batch_is_global ? "per mini-batch" : "per worker and mini-batch";
  if (!shares.samples.empty()) per = "at most per worker and mini-batch";
  return fmt::format("{} {}{}, {}{}", counted(training.batch, "sample"), per,
                     shares.even() || !shares.samples.empty() ? ""
                     : shares.by_speed                        ? ", divided by the workers' speeds"
                                                              : ", divided unevenly",
                     counted(training.iterations, "iteration"),
                     &rule == &models::sgd_rule ? "" : fmt::format(", by {}", rule.name));
}

}  // namespace lockstep::reports
