// Devices, links and machines that a scenario can name, with the source of each figure: those in
// topologies/presets, which are compiled in, and those that the scenario brings itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/devices/hardware.hpp"
#include "scenarios/scenario.hpp"

namespace lockstep::scenarios {

struct Place;

// `device.flops_per_s` is the peak of dense products in the format that the name ends with, and
// `device.efficiency` is 1: a run on a preset computes at its peak, unless the scenario says what
// share of the peak is reached. `typical_efficiency`, the share that large products typically
// reach, was measured by others or is our choice, as `efficiency_source` says.
struct DevicePreset {
  std::string name;  // "a100_bf16"
  models::DeviceSpec device;
  std::string source;  // of peak, memory bandwidth and memory
  double typical_efficiency = 1;
  std::string efficiency_source;
};
struct LinkPreset {
  std::string name;
  double bytes_per_s = 0;  // each way
  double latency_s = 0;
  std::string bandwidth_source;
  std::string latency_source;
};
// A machine of several devices. `topology` is a scenario's topology object without the number of
// machines; a single machine goes without its keys of the network.
struct MachinePreset {
  std::string name;
  std::string device;
  Json topology;
  std::string source;
};

struct Presets {
  std::vector<DevicePreset> devices;
  std::vector<LinkPreset> links;
  std::vector<MachinePreset> machines;
};

// The presets of topologies/presets.
[[nodiscard]] const Presets& built_in_presets();

// Reads `{ "devices": [...], "links": [...], "machines": [...] }`, or the name of a file with such
// an object, and adds its entries to `presets`. Each entry has the form of those in
// topologies/presets. A name that already exists is a fault.
void read_presets(const Place& place, const std::filesystem::path& folder, Presets& presets,
                  Json& resolved);

// Expands a cluster in one line ("dgx_a100 x 4", "v100 x 16 on ethernet_10g") to the object that it
// stands for. A device named without a number format has the first that its preset lists. Returns
// null after a fault.
[[nodiscard]] Json expand_cluster(const Place& place);

}  // namespace lockstep::scenarios
