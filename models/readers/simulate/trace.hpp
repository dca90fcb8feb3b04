// What each rank did, and when: for timelines.
#pragma once

#include <vector>

#include "models/language/operation.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct TraceEntry {
  Rank rank = 0;
  Operation operation;
  Picoseconds begin;  // when the program asked for it: waiting for its turn included
  Picoseconds end;
};

// In the order in which operations ended.
using Trace = std::vector<TraceEntry>;

}  // namespace lockstep::models
