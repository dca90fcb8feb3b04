#include "models/hardware.hpp"

#include <algorithm>
#include <array>

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

namespace {

constexpr double giga = 1e9;
constexpr double tera = 1e12;
constexpr double gibi = 1024.0 * 1024 * 1024;

// Peak rates for the format that training uses on each (FP32 without tensor cores, or TF32/BF16
// with them), memory bandwidth and memory, from the makers' data sheets. The overhead of a launch
// is not in data sheets: 5 us for accelerators is the usual figure of a CUDA kernel launch.
const std::array devices = {
    DevicePreset{"k20x_fp32",
                 "NVIDIA Tesla K20X data sheet, 2012: 3.95 TFLOP/s, 250 GB/s, 6 GB",
                 {3.95 * tera, 250 * giga, 6 * gibi, 5e-6, 1, 1}},
    DevicePreset{"p100_fp32",
                 "NVIDIA Tesla P100 (SXM2) data sheet, 2016: 10.6 TFLOP/s, 732 GB/s",
                 {10.6 * tera, 732 * giga, 16 * gibi, 5e-6, 1, 1}},
    DevicePreset{"v100_fp32",
                 "NVIDIA V100 (SXM2) data sheet, 2017: 15.7 TFLOP/s, 900 GB/s",
                 {15.7 * tera, 900 * giga, 32 * gibi, 5e-6, 1, 1}},
    DevicePreset{"a100_tf32",
                 "NVIDIA A100 80GB (SXM) data sheet, 2021: 156 TFLOP/s, 2,039 GB/s",
                 {156 * tera, 2039 * giga, 80 * gibi, 5e-6, 1, 1}},
    DevicePreset{"h100_bf16",
                 "NVIDIA H100 (SXM5) data sheet, 2023: 989 TFLOP/s dense, 3.35 TB/s",
                 {989 * tera, 3350 * giga, 80 * gibi, 5e-6, 1, 1}},
    DevicePreset{"cpu_core_avx512",
                 "one core at 2.5 GHz, two 512-bit FMA units: 2 x 2 x 16 x 2.5 GFLOP/s in FP32",
                 {160 * giga, 12 * giga, 4 * gibi, 0, 1, 1}},
};

constexpr std::array links = {
    LinkPreset{"ethernet_1g", "IEEE 802.3ab: 1 Gbit/s; 50 us is a usual TCP latency", 1e9 / 8,
               50e-6},
    LinkPreset{"ethernet_10g", "IEEE 802.3ae: 10 Gbit/s; 10 us is a usual latency", 10e9 / 8,
               10e-6},
    LinkPreset{"ethernet_100g", "IEEE 802.3ba: 100 Gbit/s; 5 us with RDMA", 100e9 / 8, 5e-6},
    LinkPreset{"infiniband_hdr", "InfiniBand HDR 4x: 200 Gbit/s; about 1 us", 200e9 / 8, 1e-6},
    LinkPreset{"infiniband_ndr", "InfiniBand NDR 4x: 400 Gbit/s; about 1 us", 400e9 / 8, 1e-6},
    LinkPreset{"nvlink3", "NVLink 3 (A100): 300 GB/s each way; about 1 us", 300e9, 1e-6},
    LinkPreset{"nvlink4", "NVLink 4 (H100): 450 GB/s each way; about 1 us", 450e9, 1e-6},
    LinkPreset{"pcie3_x16", "PCI Express 3.0 x16: 15.75 GB/s each way; about 1 us", 15.75e9, 1e-6},
};

}  // namespace

std::span<const DevicePreset> device_presets() { return devices; }
std::span<const LinkPreset> link_presets() { return links; }

}  // namespace lockstep::models
