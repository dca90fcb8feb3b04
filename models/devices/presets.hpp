// Devices and links that a scenario can name, with the source of each figure.
#pragma once

#include <span>
#include <string_view>

#include "models/devices/hardware.hpp"

namespace lockstep::models {

// `device.flops_per_s` is the peak of dense products in the format that the name ends with, and
// `device.efficiency` is 1: a run on a preset is at its peak, unless the scenario says what share
// of it is reached. `typical_efficiency`, the share that large products typically reach, was
// measured by others or is our choice, as `efficiency_source` says.
struct DevicePreset {
  std::string_view name;
  DeviceSpec device;
  std::string_view peak_source;  // of peak, memory bandwidth and memory
  double typical_efficiency = 1;
  std::string_view efficiency_source;
};
struct LinkPreset {
  std::string_view name;
  double bytes_per_s = 0;  // each way
  double latency_s = 0;
  std::string_view bandwidth_source;
  std::string_view latency_source;
};
[[nodiscard]] std::span<const DevicePreset> device_presets();
[[nodiscard]] std::span<const LinkPreset> link_presets();

}  // namespace lockstep::models
