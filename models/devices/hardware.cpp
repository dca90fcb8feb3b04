#include "models/devices/hardware.hpp"

#include <algorithm>

namespace lockstep::models {

namespace {

double roofline_s(const DeviceSpec& device, const Work& work, double flops_per_s) {
  return std::max(to_double(work.flops) / flops_per_s,
                  work.bytes_touched / device.memory_bytes_per_s);
}

double busy_s(const DeviceSpec& device, const Work& work) {
  if (device.measured == nullptr)
    return roofline_s(device, work, device.flops_per_s * device.efficiency);
  const MeasuredRates& rates = *device.measured;
  switch (work.kind) {
    case WorkKind::product:
      return to_double(work.flops) / rates.product_rate(work.samples, work.width);
    case WorkKind::update:
      return to_double(work.flops) / rates.update_rate(work.elements);
    case WorkKind::fold:
      return to_double(work.flops) / rates.fold_rate(work.elements);
    case WorkKind::coding:
      break;
  }
  return roofline_s(device, work, rates.fold_rate(work.elements));
}

}  // namespace

Picoseconds compute_time(const DeviceSpec& device, const Work& work) {
  const Picoseconds span =
      saturating_add(ceil_seconds(busy_s(device, work)), nearest_seconds(device.launch_overhead_s));
  const bool steady = !(device.slowdown < 1) && !(device.slowdown > 1);
  return steady ? span : ceil_scaled(span, device.slowdown);
}

}  // namespace lockstep::models
