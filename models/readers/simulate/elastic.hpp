// Elastic data parallelism: a synchronous run goes on with the workers that are left.
//
// When a worker fails, the iteration that is under way is lost; the others, each of which has the
// whole model, take some time to form a new group and go on, each with the mini-batch that it had.
// A worker that is repaired joins after an iteration, which takes the same time. The training is
// over when as many samples have been used as without failures. If all workers are down at once,
// the model is lost. This is what Horovod Elastic and TorchElastic do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/readers/simulate/goodput.hpp"

namespace lockstep::models {

// Whether the workers of a run can go on when one of them fails: each has the whole model, and an
// equal share of the mini-batch, and there are no servers.
[[nodiscard]] bool can_be_elastic(const Setup& setup);

// Returns the same run with only its first `workers` workers, each with the mini-batch that it has;
// nothing if the algorithm's options do not allow so many.
[[nodiscard]] std::optional<Setup> with_fewer_workers(const Setup& setup, int workers);

// The workers between two changes, and what they get done.
struct ElasticGroup {
  double begin_s = 0;  // of the wall clock
  std::vector<topologies::HostIndex> hosts;
  double iteration_s = 0;
  std::int64_t iterations = 0;  // one after another, from `begin_s` on
  bool anew = false;            // nobody had the model any more: it is the first one again
};

// Returns what failures make of the run. `iteration_s(n)` is the time of an iteration with n
// workers; nothing where n of them cannot run, and then they wait for the next to be repaired.
// Checkpoints are not needed: of `checkpointing` only `total_iterations` counts. `groups`, if
// given, gets the whole course.
[[nodiscard]] Goodput elastic_goodput(const Setup& setup, const Failures& failures,
                                      const Checkpointing& checkpointing,
                                      const std::function<std::optional<double>(int)>& iteration_s,
                                      std::vector<ElasticGroup>* groups = nullptr);

}  // namespace lockstep::models
