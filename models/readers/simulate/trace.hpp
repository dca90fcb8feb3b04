// Records what each rank did and when, for timelines.
#pragma once

#include <vector>

#include "models/language/operation.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct TraceEntry {
  Rank rank = 0;
  Operation operation;
  Picoseconds begin;  // when the program asked for it, so waiting for its turn is included
  Picoseconds end;
};

// Holds the entries in the order in which the operations ended.
using Trace = std::vector<TraceEntry>;

}  // namespace lockstep::models
