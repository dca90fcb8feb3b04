// A device that computes, and what an operation costs on it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "models/devices/measured_rates.hpp"
#include "sim/base/count.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

// Where messages that reach a device are folded (`Reduce`): on the device itself, in turn with its
// products, as on CPUs; or beside the products, one after another on a separate engine with the
// same roofline, as on accelerators, whose communication library has its own blocks of threads or
// copy engines. Operations on a rank's own gradients, compression codings and updates are ordinary
// kernels that read what products wrote: they stay on the device.
enum class Reductions : std::uint8_t { device, engine };

// A device, described by the contract's roofline with overhead. Hosts may have different devices.
struct DeviceSpec {
  double flops_per_s = 0;
  double memory_bytes_per_s = std::numeric_limits<double>::infinity();
  double memory_bytes = std::numeric_limits<double>::infinity();
  double launch_overhead_s = 0;
  double efficiency = 1;  // share of flops_per_s, in (0, 1]
  double slowdown = 1;    // factor on every operation; the mean, where factors are random
  std::shared_ptr<const MeasuredRates> measured = nullptr;  // in place of flops_per_s x efficiency
  Reductions reductions = Reductions::engine;

  friend bool operator==(const DeviceSpec&, const DeviceSpec&) = default;
};

// The work of an operation, whatever device it runs on.
enum class WorkKind : std::uint8_t { product, update, fold, coding };
struct Work {
  Count flops = 0;
  double bytes_touched = 0;  // read and written in device memory
  WorkKind kind = WorkKind::coding;
  double samples = 0;   // of a product
  double width = 0;     // of a product: sqrt(inputs outputs)
  double elements = 0;  // of an update, a sum or a coding
};

// Returns (max(FLOPs / (flops_per_s x efficiency), bytes touched / memory bandwidth) + launch
// overhead) x slowdown. Measured rates replace flops_per_s x efficiency, and for all kinds but
// codings they include what memory adds.
[[nodiscard]] Picoseconds compute_time(const DeviceSpec& device, const Work& work);

}  // namespace lockstep::models
