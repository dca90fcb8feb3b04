// Runs of stages whose timeline can be written down: at 1 GFLOP/s a FLOP takes a nanosecond.
//
// Stages of one layer of 10 x 10 with mini-batches of 5: a product takes 2 x 5 x 100 = 1000 ns, so
// f = 1000 and d = 2000, but d = 1000 at the first stage. 110 parameters: an update by SGD takes
// u = 220 ns. A message has 5 x 10 x 4 = 200 bytes; at 2 GB/s it takes h = 100 ns and the latency.
#pragma once

#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models::testing {

inline constexpr std::int64_t message_bytes = 200;
inline constexpr std::int64_t stage_parameter_bytes = 440;

[[nodiscard]] inline RunOf stages_of(const char* kind, int stages, std::int64_t iterations,
                                     double latency_s = 0) {
  RunOf run;
  run.kind = kind;
  run.topology = "fully_connected";
  run.hosts = stages;
  run.bytes_per_s = 2e9;
  run.latency_s = latency_s;
  run.device = {.flops_per_s = 1e9};
  run.sharing = Sharing::none;
  run.mlp = {.layers = stages, .width = 10};
  run.training = {.batch_is_global = true, .batch = 5, .iterations = iterations};
  return run;
}

// Whole nanoseconds: every operation may round up by a picosecond.
[[nodiscard]] inline std::int64_t makespan_ns(const RunOf& run) {
  return simulate(run.setup()).makespan.ps / 1000;
}

[[nodiscard]] inline ClosedForm form_of(const RunOf& run) { return closed_form_of(run.setup()); }

// Simulated and closed form, which claims to be exact, end at `expected_ns`.
inline void check_exact(const RunOf& run, std::int64_t expected_ns) {
  const ClosedForm form = form_of(run);
  CHECK(makespan_ns(run) == expected_ns);
  CHECK(form.makespan.ps / 1000 == expected_ns);
  CHECK(form.claim == TimeClaim::exact);
}

// What an iteration takes once the run is under way: by how much 4 more prolong it, a fourth.
[[nodiscard]] inline std::int64_t steady_ns(RunOf run) {
  run.training.iterations = 20;
  const std::int64_t before_ns = makespan_ns(run);
  run.training.iterations = 24;
  return (makespan_ns(run) - before_ns) / 4;
}

// Stage s (from 0) makes `delay(s)` updates of its own between the passes of a mini-batch, and only
// as many as there were before between those of the first ones; closed form and simulation agree.
template <class Delay>
void check_staleness(const RunOf& run, const Delay& delay) {
  const Simulated simulated = simulate(run.setup());
  std::vector<std::int64_t> histogram(1, 0);
  double sum = 0;
  for (int stage = 0; stage < run.hosts; ++stage)
    for (std::int64_t batch = 0; batch < run.training.iterations; ++batch) {
      const std::int64_t staleness = std::min<std::int64_t>(batch, delay(stage));
      const auto bin = static_cast<std::size_t>(staleness);
      if (histogram.size() <= bin) histogram.resize(bin + 1, 0);
      ++histogram[bin];
      sum += static_cast<double>(staleness);
    }
  const double updates = static_cast<double>(run.training.iterations * run.hosts);
  CHECK(simulated.staleness_histogram == histogram);
  const ClaimedStaleness stated = form_of(run).staleness;
  CHECK(stated.exact);
  CHECK(stated.max == simulated.staleness.max);
  CHECK(stated.mean == doctest::Approx(sum / updates).epsilon(1e-12));
}

}  // namespace lockstep::models::testing
