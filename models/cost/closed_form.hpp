// What the closed form of an algorithm gives: counts, a time with a claim, memory, staleness.
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

// FLOPs by kind, of the whole run and all ranks.
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

// What is promised of a closed form's time against the simulation's makespan.
enum class TimeClaim : std::uint8_t {
  exact,        // equal, to 1e-9 relative plus 1 ps an operation on the critical path
  lower_bound,  // the simulation takes at least this
  upper_bound,  // the simulation takes at most this
  estimate,     // neither; `leaves_out` says what is missing
};

// Bytes on the worker that needs most.
struct Memory {
  Count parameters = 0;
  Count gradients = 0;
  Count activations = 0;
  // Further copies of the parameters: weight versions, outer models, an optimizer's state,
  // residuals.
  Count versions = 0;
  // What is there for a moment: messages until they are folded, layers gathered for a pass, their
  // gradients until they are scattered. What replaces the same elements arrives in its place.
  Count buffers = 0;

  [[nodiscard]] Count total() const {
    return parameters + gradients + activations + versions + buffers;
  }
  friend bool operator==(const Memory&, const Memory&) = default;
};

// Updates that others made between reading the parameters and applying the gradient.
struct Staleness {
  double mean = 0;
  std::int64_t max = 0;
};

// The same of a closed form, with what is promised of it.
struct ClaimedStaleness {
  double mean = 0;
  std::int64_t max = 0;
  bool exact = true;  // false: the simulation has at most this mean, and at most this max
};

// Of workers that update common parameters `updates` times each, and read them again only after
// their own update: at most. Whatever the order, the gradients of one worker together see each
// update of the others at most once, and those after its last one not at all. All workers' last
// updates take at least the last P places of the order, so that the mean is at most
// (P-1) (1 - 1/(2 updates)). Equal workers in turn reach it: the first update of each is 0, 1, ...,
// P-1 updates old, every later one P-1. One gradient alone may have seen all updates of the others.
[[nodiscard]] ClaimedStaleness staleness_at_most(int workers, std::int64_t updates);

struct ClosedForm {
  // FLOPs, bytes and messages are those of the simulation; false: it has at most as many, for
  // mini-batches are dropped half-way.
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
  Memory server_memory;  // on a server's host, on top of a worker's if colocated; all 0 without one
  ClaimedStaleness staleness;
};

// The closed form of a run's algorithm. Where factors on compute times are random, it is that of
// the mean factors, or of what the algorithm expects of the slowest, and an estimate.
[[nodiscard]] ClosedForm closed_form_of(const Setup& setup);

}  // namespace lockstep::models
