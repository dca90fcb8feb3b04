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
  // Before the activity nothing is under way that it waits for: a rank that slept wakes up, or a
  // use of a device was cut short and the one behind it keeps its turn.
  Picoseconds pause;
  Activity activity;
};

// The longest path through the activities, by Boost.Graph: a vertex each, an edge from its cause
// and one from what its device did before, as long as what lies between the ends of the two. In
// order of time; empty for a run without activities. O(activities). Of complete `causes`.
[[nodiscard]] std::vector<PathStep> critical_path(const Causes& causes);

}  // namespace lockstep::models
