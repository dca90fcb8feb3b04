// The run that docs/design.md follows through, with the numbers that it names.
#include <doctest/doctest.h>

#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

TEST_CASE("worked run: closed form, simulation and every operation take what design.md says") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 2;
  run.mlp = {.layers = 1, .width = 1000};
  run.training = {.batch = 10, .iterations = 1};
  run.bytes_per_s = 1.25e9;
  run.latency_s = 10e-6;
  run.device.flops_per_s = 1e12;
  run.device.launch_overhead_s = 0;
  const Setup setup = run.setup();
  const ClosedForm form = closed_form_of(setup);
  CHECK(form.makespan == Picoseconds{3'285'702'500});
  CHECK(form.claim == TimeClaim::exact);
  CHECK(form.messages == 4);
  CHECK(form.bytes == 8'008'000);
  Trace trace;
  CHECK(simulate(setup, {}, {.trace = &trace}).makespan == form.makespan);
  std::vector<std::int64_t> ends_of_rank_0;
  for (const TraceEntry& entry : trace)
    if (entry.rank == 0 && entry.end > entry.begin) ends_of_rank_0.push_back(entry.end.ps);
  CHECK(ends_of_rank_0 == std::vector<std::int64_t>{20'000'000, 40'000'000, 1'661'600'000,
                                                    1'662'100'500, 3'283'700'500, 3'285'702'500});
}

}  // namespace lockstep::models
