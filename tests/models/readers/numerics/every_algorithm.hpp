// What real numbers must do, whatever the algorithm: looped over the registry.
#pragma once

#include <string>

#include "tests/models/random_run.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models::testing {

inline RunOf small_run(const Algorithm& algorithm, int hosts) {
  RunOf run;
  run.kind = std::string(algorithm.kind);
  run.topology = topology_for(algorithm);
  run.hosts = hosts;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.05};
  return run;
}

// Four workers, and a host for the server of those that have one. Two where each has two chunks of
// the four layers.
inline RunOf four_workers(const Algorithm& algorithm) {
  RunOf run = small_run(algorithm, 4);
  if (algorithm.parts_turn_back) run.options.emplace_back("stages", std::int64_t{2});
  if (run.setup().servers > 0) run.options.emplace_back("placement", std::string("colocated"));
  return run;
}

}  // namespace lockstep::models::testing
