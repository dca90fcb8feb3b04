// A stage of a pipeline whose times were measured: it stands in place of layers, and whatever its
// rank computes takes the measured time, on any device. Its FLOPs are not known and count as 0.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

enum class ComputeKind : std::uint8_t;

// Times are of one micro-batch.
struct MeasuredStage {
  Picoseconds forward;
  Picoseconds backward_input;
  Picoseconds backward_weight;
  // From when the stage sends a message, to either neighbour, until it is there. Such messages
  // never share anything; without it they go through the network.
  std::optional<Picoseconds> send;
  std::int64_t parameter_bytes = 0;
  std::int64_t activation_bytes = 0;  // of the message to the next stage, and of the one back

  // Updates and reductions take no time: they were not measured.
  [[nodiscard]] Picoseconds time_of(ComputeKind kind) const;

  friend bool operator==(const MeasuredStage&, const MeasuredStage&) = default;
};

}  // namespace lockstep::models
