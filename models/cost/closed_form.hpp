// The result of an algorithm's closed form: counts, a time with a claim, memory, staleness.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "models/devices/compute_kind.hpp"
#include "models/language/setup.hpp"
#include "sim/base/count.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

// FLOPs by kind, summed over all ranks and the whole run.
struct FlopCounts {
  std::array<Count, compute_kinds.size()> by_kind{};

  [[nodiscard]] Count& operator[](ComputeKind kind) {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] Count operator[](ComputeKind kind) const {
    return by_kind[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] Count total() const {
    Count sum = 0;
    for (const Count count : by_kind) sum += count;
    return sum;
  }
  friend bool operator==(const FlopCounts&, const FlopCounts&) = default;
};

// What a closed form's time promises about the simulation's makespan.
enum class TimeClaim : std::uint8_t {
  exact,        // equal, to 1e-9 relative plus 1 ps per operation on the critical path
  lower_bound,  // the simulation takes at least this
  upper_bound,  // the simulation takes at most this
  estimate,     // neither; `leaves_out` says what is missing
};

// Memory in bytes on the worker that needs most.
struct Memory {
  Count parameters = 0;
  Count gradients = 0;
  Count activations = 0;
  // Further copies of the parameters: weight versions, outer models, an optimizer's state,
  // residuals.
  Count versions = 0;
  // Short-lived data: messages until they are folded, what is gathered for a pass, gradients until
  // they are scattered. A message that only replaces elements arrives in their place.
  Count buffers = 0;

  [[nodiscard]] Count total() const {
    return parameters + gradients + activations + versions + buffers;
  }
  friend bool operator==(const Memory&, const Memory&) = default;
};

// Staleness of gradients: the number of updates that others made between reading the parameters and
// applying the gradient.
struct Staleness {
  double mean = 0;
  std::int64_t max = 0;
};

// The staleness that a closed form gives, with its claim.
struct ClaimedStaleness {
  double mean = 0;
  std::int64_t max = 0;
  bool exact = true;  // false: the simulation has at most this mean, and at most this max
};

// Returns a bound on the staleness of workers that update common parameters `updates` times each
// and read them again only after their own update. In any order of updates, the gradients of one
// worker together see each update of the others at most once, and those after its last one not at
// all. The last updates of all workers take at least the last P places of the order, so the mean is
// at most (P-1) (1 - 1/(2 updates)). Equal workers that take turns reach it: the first update of
// each is 0, 1, ..., P-1 updates old, every later one P-1. A single gradient may have seen all
// updates of the others.
[[nodiscard]] ClaimedStaleness staleness_at_most(int workers, std::int64_t updates);

struct ClosedForm {
  // True: FLOPs, bytes and messages equal those of the simulation. False: the simulation has at
  // most as many, because mini-batches are dropped half-way.
  bool counts_exact = true;
  FlopCounts flops;
  Count bytes = 0;
  Count messages = 0;
  Picoseconds makespan;
  TimeClaim claim = TimeClaim::exact;
  std::string leaves_out;  // empty where the claim is exact
  // Why the simulation may be more than a fifth off a bound; empty: it is not, as far as random
  // scenarios show.
  std::string rough;
  Memory memory;
  Memory server_memory;  // on a server's host, on top of a worker's if colocated; 0 without servers
  ClaimedStaleness staleness;
};

// Returns the closed form of a run. If factors on compute times are random, it is an estimate from
// the mean factors, or from what the algorithm expects of the slowest worker.
[[nodiscard]] ClosedForm closed_form_of(const Setup& setup);

}  // namespace lockstep::models
