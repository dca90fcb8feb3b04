// How many workers an algorithm can use: the number for which its own closed form is best.
//
// The scenario is costed again with other numbers of workers, on a cluster that is built the same
// way: one of a uniform kind ("star", "ring", ...) with more or fewer hosts, of one device, or on a
// graph (and where hosts have devices of their own) without the last of its workers' hosts.
//
//   global_batch kept       the least time, each worker with ceil(global_batch / workers) samples:
//                           numbers need not divide the batch, but are at most as many as it has
//                           samples; where half mini-batches must be whole, one sample more
//   batch_per_worker kept   the most samples a second
//
// The search looks at all numbers up to 64 and, above, at steps of an eighth and then ever smaller
// ones around the best, up to 1,024 workers (256 where hosts are joined in a ring or each with
// each). On a graph, whose closed forms take longer, it looks at all numbers up to 16 and then at
// steps of a quarter. Numbers with which a device could not hold what it
// must are left out. It leaves out what the closed form leaves out. Seide et al.: "On
// parallelizability of stochastic gradient descent for speech DNNs", ICASSP 2014, ask the same of
// double buffering, where the two sides of its max are equal at the best number.
#pragma once

#include <optional>
#include <string>

#include "models/language/setup.hpp"

namespace lockstep::models {

struct OptimalWorkers {
  std::optional<int> workers;  // empty: `reason` says why
  bool of_time = true;         // least time with the global batch kept; else most samples/s
  std::string reason;
};

// Returns nothing for an algorithm that is not data-parallel.
[[nodiscard]] std::optional<OptimalWorkers> optimal_workers(const Setup& setup);

}  // namespace lockstep::models
