#include "models/devices/presets.hpp"

#include <array>

namespace lockstep::models {

namespace {

constexpr double giga = 1e9;
constexpr double tera = 1e12;
constexpr double gibi = 1024.0 * 1024 * 1024;

// The overhead of a launch is in no data sheet: 5 us is a choice of ours, the usual figure of a
// CUDA kernel launch. Accelerators fold messages beside their products.
DeviceSpec accelerator(double flops_per_s, double memory_bytes_per_s, double memory_bytes) {
  return {flops_per_s, memory_bytes_per_s, memory_bytes, 5e-6};
}

DeviceSpec core(double flops_per_s, double memory_bytes_per_s, double memory_bytes) {
  DeviceSpec device = {flops_per_s, memory_bytes_per_s, memory_bytes};
  device.reductions = Reductions::device;
  return device;
}

const std::array devices = {
    DevicePreset{"k20x_fp32", accelerator(3.95 * tera, 250 * giga, 6 * gibi),
                 "NVIDIA Tesla K20X data sheet, 2012", 0.6,
                 "Seide et al., Interspeech 2014, table 1: 2.4 TFLOP/s in training"},
    DevicePreset{"p100_fp32", accelerator(10.6 * tera, 732 * giga, 16 * gibi),
                 "NVIDIA Tesla P100 (SXM2) data sheet, 2016", 0.8,
                 "a choice of ours: large FP32 products without tensor cores"},
    DevicePreset{"v100_fp32", accelerator(15.7 * tera, 900 * giga, 32 * gibi),
                 "NVIDIA V100 (SXM2, 32 GB) data sheet, 2018", 0.8,
                 "a choice of ours: large FP32 products without tensor cores"},
    DevicePreset{"a100_tf32", accelerator(156 * tera, 2039 * giga, 80 * gibi),
                 "NVIDIA A100 80GB (SXM) data sheet, 2021", 0.87,
                 "a choice of ours: the share that a100_bf16 reaches"},
    DevicePreset{"a100_bf16", accelerator(312 * tera, 2039 * giga, 80 * gibi),
                 "NVIDIA A100 80GB (SXM) data sheet, 2021", 0.87,
                 "Bekman, Machine Learning Engineering: at most 271 TFLOP/s measured"},
    DevicePreset{"h100_bf16", accelerator(989 * tera, 3350 * giga, 80 * gibi),
                 "NVIDIA H100 (SXM5) data sheet, 2023, dense", 0.8,
                 "Bekman, Machine Learning Engineering: at most 794 TFLOP/s measured"},
    DevicePreset{"b200_bf16", accelerator(2250 * tera, 8000 * giga, 180 * gibi),
                 "NVIDIA DGX B200 data sheet, 2024, a GPU's share, dense", 0.78,
                 "Bekman, Machine Learning Engineering: at most 1,745 TFLOP/s measured"},
    DevicePreset{"mi300x_bf16", accelerator(1307 * tera, 5300 * giga, 192 * gibi),
                 "AMD Instinct MI300X data sheet, 2023, dense", 0.51,
                 "Bekman, Machine Learning Engineering: at most 668 TFLOP/s measured"},
    DevicePreset{"cpu_core_avx512", core(160 * giga, 12 * giga, 4 * gibi),
                 "peak: one core at 2.5 GHz, two 512-bit FMA units, 2 x 2 x 16 x 2.5 GFLOP/s in "
                 "FP32; memory: a choice of ours, a core's share of a server",
                 0.86, "measured with Eigen at 3.1 GHz: 155 of 180 GFLOP/s"},
};

constexpr std::array links = {
    LinkPreset{"ethernet_1g", 1e9 / 8, 50e-6, "IEEE 802.3ab", "a choice of ours, typical of TCP"},
    LinkPreset{"ethernet_10g", 10e9 / 8, 10e-6, "IEEE 802.3ae",
               "a choice of ours, typical of a kernel bypass or a tuned TCP"},
    LinkPreset{"ethernet_100g", 100e9 / 8, 5e-6, "IEEE 802.3ba",
               "a choice of ours, typical of RDMA with a switch"},
    LinkPreset{"infiniband_hdr", 200e9 / 8, 1e-6, "InfiniBand HDR 4x",
               "a choice of ours, roughly what vendors state"},
    LinkPreset{"infiniband_ndr", 400e9 / 8, 1e-6, "InfiniBand NDR 4x",
               "a choice of ours, roughly what vendors state"},
    LinkPreset{"nvlink3", 300e9, 1e-6, "NVIDIA A100 data sheet, half of 600 GB/s",
               "a choice of ours, about what is measured"},
    LinkPreset{"nvlink4", 450e9, 1e-6, "NVIDIA H100 data sheet, half of 900 GB/s",
               "a choice of ours, about what is measured"},
    LinkPreset{"pcie3_x16", 15.75e9, 1e-6, "PCI Express 3.0: 8 GT/s, 16 lanes, 128b/130b",
               "a choice of ours, about what is measured"},
};

}  // namespace

std::span<const DevicePreset> device_presets() { return devices; }
std::span<const LinkPreset> link_presets() { return links; }

}  // namespace lockstep::models
