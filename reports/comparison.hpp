// How runs compare: time per iteration, throughput, speed-up against one worker, efficiency.
#pragma once

#include <optional>

#include "models/language/setup.hpp"
#include "reports/report.hpp"

namespace lockstep::reports {

struct Comparison {
  double time_per_iteration_s = 0;
  double samples_per_s = 0;
  // Throughput divided by that of `sgd` on host 0 alone with the same global batch, by its closed
  // form; none if that would take over 106 days per iteration.
  std::optional<double> speedup;
  std::optional<double> efficiency;  // speed-up per host that the run uses: hosts are paid for
  int hosts = 0;
};

// Return these two of a comparison, without the costs of the run on one worker.
[[nodiscard]] double time_per_iteration_s(const Run& run);
[[nodiscard]] double samples_per_s(const Run& run);

// Compares by the simulation if there is one, else by the closed form.
[[nodiscard]] Comparison compare(const Run& run);

// `sgd` on host 0 with a setup's global batch.
struct Baseline {
  double samples_per_s = 0;
  bool fits = true;  // whether the device can hold what it must
};
[[nodiscard]] std::optional<Baseline> baseline_of(const models::Setup& setup);

// Returns the number of workers and dedicated servers.
[[nodiscard]] int hosts_used(const models::Setup& setup);

// Returns the simulation's time divided by the closed form's, minus 1.
[[nodiscard]] double relative_difference(const Run& run);

}  // namespace lockstep::reports
