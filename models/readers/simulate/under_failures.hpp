// A run whose hosts and links fail: which of the ways to go on it takes, and what that costs.
//
//   asynchronous algorithms, gossip   go on without the host              outages.hpp
//   synchronous ones                  go back to the last checkpoint      goodput.hpp
//   ... with `elastic`                go on with the workers that are up  elastic.hpp
//
// Links fail in any run, and no run stops for them.
#pragma once

#include <vector>

#include "models/readers/simulate/elastic.hpp"
#include "models/readers/simulate/goodput.hpp"
#include "models/readers/simulate/run_log.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace lockstep::models {

// How a run that failures disturb spends the wall clock.
struct DisturbedCourse {
  // What happened when, on the wall clock if the run goes on without hosts that fail. Empty: what
  // happened in the undisturbed run did.
  RunLog log;
  std::vector<Stretch> stretches;    // if it goes back to checkpoints
  std::vector<ElasticGroup> groups;  // if it goes on with the workers that are up
};

struct UnderFailures {
  sim::Outcome outcome;  // of what was simulated for it; unless that finished, the rest is empty
  Goodput goodput;       // its wall clock's time is infinite if the training never ends
};

// Returns what failures make of a run, which took `without` when it was simulated without them.
// `course`, if given, gets how the run spends the wall clock; then the training is as long as the
// run, whatever `total_iterations` says.
[[nodiscard]] UnderFailures under_failures(const Setup& setup, const Simulated& without,
                                           const Failures& failures,
                                           const Checkpointing& checkpointing,
                                           const sim::RunControl& control,
                                           DisturbedCourse* course = nullptr);

}  // namespace lockstep::models
