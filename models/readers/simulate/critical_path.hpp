// The critical path of a run: the chain of activities, each set off by the one before, that ends
// when the run does. Whatever is not on it could take longer without any effect on the makespan;
// what is on it is where the time goes.
#pragma once

#include <cstdint>
#include <vector>

#include "models/readers/simulate/causes.hpp"
#include "sim/base/picoseconds.hpp"

namespace lockstep::models {

struct PathStep {
  // The time before the activity during which nothing that it waits for is under way: a rank that
  // slept wakes up, or a use of a device was cut short and the one behind it keeps its turn.
  Picoseconds pause;
  Activity activity;
};

// Returns the longest path through the activities of `causes`, which must be complete, in order of
// time; it is empty for a run without activities. Each activity is a vertex of a graph
// (Boost.Graph), with an edge from its cause and one from what its device did before; an edge is as
// long as the time between the ends of the two. Takes O(activities).
[[nodiscard]] std::vector<PathStep> critical_path(const Causes& causes);

}  // namespace lockstep::models
