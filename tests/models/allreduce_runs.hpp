// One allreduce by itself: synchronous SGD on one layer, without its passes and its update.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/cost/passes.hpp"
#include "tests/models/results_of.hpp"

namespace lockstep::models::testing {

// One layer of N^2 + N scalars of 4 bytes.
[[nodiscard]] inline RunOf sum_of(const char* allreduce, int hosts, std::int64_t width,
                                  std::vector<std::pair<std::string, OptionValue>> further = {}) {
  RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.mlp = {.layers = 1, .width = width};
  run.options = std::move(further);
  run.options.emplace_back("allreduce", std::string(allreduce));
  return run;
}

// What passes and update leave of the time of `setup`'s one iteration.
[[nodiscard]] inline double sum_s(const Setup& setup, Picoseconds makespan) {
  return makespan.seconds() - slowest_passes_s(setup, setup.batch_per_worker) -
         update_s(setup, 0, setup.mlp.parameters());
}
[[nodiscard]] inline double sum_s(const RunOf& run) {
  return sum_s(run.setup(), simulated(run).makespan);
}

}  // namespace lockstep::models::testing
