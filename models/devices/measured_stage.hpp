// A pipeline stage whose times were measured. It replaces layers: whatever its rank computes takes
// the measured time, on any device. Its FLOPs are not known and count as 0.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

enum class ComputeKind : std::uint8_t;

// All times are per micro-batch.
struct MeasuredStage {
  Picoseconds forward;
  Picoseconds backward_input;
  Picoseconds backward_weight;
  // The time from sending a message, to either neighbour, until it arrives. Such messages never
  // share anything; if absent, messages go through the network.
  std::optional<Picoseconds> send;
  std::int64_t parameter_bytes = 0;
  std::int64_t activation_bytes = 0;  // of the message to the next stage, and of the one back

  // Returns the measured time of `kind`. Updates and reductions take no time: they were not
  // measured.
  [[nodiscard]] Picoseconds time_of(ComputeKind kind) const;

  friend bool operator==(const MeasuredStage&, const MeasuredStage&) = default;
};

}  // namespace lockstep::models
