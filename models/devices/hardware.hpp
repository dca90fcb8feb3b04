// A device that computes, and what an operation costs on it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "models/devices/measured_rates.hpp"
#include "sim/base/count.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

// Where the messages that reach a device are folded (`Reduce`): on itself, in turn with its
// products, as CPUs do; or beside them, one after another on an engine of their own with the same
// roofline, as accelerators do, whose communication library has blocks of threads or copy engines
// of its own. What a rank does to its own gradients, codings of compression and updates are
// ordinary kernels, which read what products wrote: they stay on the device.
enum class Reductions : std::uint8_t { device, engine };

// The roofline with overhead of the contract. Several hosts may have different ones.
struct DeviceSpec {
  double flops_per_s = 0;
  double memory_bytes_per_s = std::numeric_limits<double>::infinity();
  double memory_bytes = std::numeric_limits<double>::infinity();
  double launch_overhead_s = 0;
  double efficiency = 1;  // of flops_per_s, in (0, 1]
  double slowdown = 1;    // a factor on every operation: the mean one, where factors are random
  std::shared_ptr<const MeasuredRates> measured = nullptr;  // in place of flops_per_s x efficiency
  Reductions reductions = Reductions::engine;

  friend bool operator==(const DeviceSpec&, const DeviceSpec&) = default;
};

// What an operation does, whatever it runs on.
enum class WorkKind : std::uint8_t { product, update, fold, coding };
struct Work {
  Count flops = 0;
  double bytes_touched = 0;  // read and written in device memory
  WorkKind kind = WorkKind::coding;
  double samples = 0;   // of a product
  double width = 0;     // of a product: sqrt(inputs outputs)
  double elements = 0;  // of an update, a sum or a coding
};

// max(FLOPs / (flops x efficiency), bytes touched / memory bandwidth) + launch overhead, times the
// slowdown. Measured rates stand in place of flops x efficiency, and hold what memory adds for all
// but codings.
[[nodiscard]] Picoseconds compute_time(const DeviceSpec& device, const Work& work);

}  // namespace lockstep::models
