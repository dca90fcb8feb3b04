// DiLoCo: what its paper says of it, and what it shares with BMUF.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

testing::RunOf diloco(std::int64_t inner_steps, std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "diloco";
  run.training.iterations = iterations;
  run.device.launch_overhead_s = 0;
  run.options = {{"inner_steps", inner_steps}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

// n = 3 (64^2 + 64) parameters, 4 workers.
constexpr std::int64_t parameters = 12'480;

}  // namespace

TEST_CASE("diloco: sends what bmuf sends, in blocks of as many steps") {
  testing::RunOf bmuf = diloco(2, 5);
  bmuf.kind = "bmuf";
  bmuf.options = {{"block_steps", std::int64_t{2}}};
  const Simulated outer = simulated(diloco(2, 5));
  CHECK(outer.bytes == simulated(bmuf).bytes);
  CHECK(outer.messages == simulated(bmuf).messages);
}

TEST_CASE("diloco: 500 inner steps communicate 500 times less than synchronous training") {
  testing::RunOf synchronous = diloco(500, 1000);
  synchronous.kind = "sync_sgd";
  synchronous.options.clear();
  CHECK(simulated(diloco(500, 1000)).bytes * 500 == simulated(synchronous).bytes);
}

TEST_CASE("diloco: a hierarchical allreduce sends the ring's bytes in fewer steps, node by node") {
  // P = 12: nodes of 3 by default, 2 x 2 + 2 x 3 steps of 12 messages; nodes of 6, 2 x 5 + 2 x 1.
  testing::RunOf run = diloco(1, 1);
  run.hosts = 12;
  const Count ring_bytes = simulated(run).bytes;
  run.options.emplace_back("allreduce", std::string("hierarchical"));
  CHECK(simulated(run).bytes == ring_bytes);
  CHECK(simulated(run).messages == 10 * 12);
  run.options.emplace_back("ranks_per_node", std::int64_t{6});
  CHECK(simulated(run).bytes == ring_bytes);
  CHECK(simulated(run).messages == 12 * 12);
  run.options.back().second = std::int64_t{5};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/ranks_per_node", "must divide the 12 workers, found 5"}});
}

TEST_CASE("diloco: an AdamW update a step, an outer update a round") {
  // 4 workers, 5 steps of 13 FLOPs a parameter, 3 rounds of 7; one worker does the same alone.
  testing::RunOf run = diloco(2, 5);
  CHECK(simulated(run).flops[ComputeKind::update] == Count{4} * (5 * 13 + 3 * 7) * parameters);
  run.hosts = 1;
  CHECK(simulated(run).flops[ComputeKind::update] == Count{5 * 13 + 3 * 7} * parameters);
}

TEST_CASE("diloco: keeps the common model, the last step and AdamW's two moments") {
  const Setup setup = diloco(2, 5).setup();
  const Memory memory = setup.algorithm->closed_form(setup).memory;
  CHECK(memory.parameters == Count{parameters} * 4);
  CHECK(memory.versions == Count{4} * parameters * 4);
}

TEST_CASE("diloco: steps, sums and outer steps one after another") {
  // A step is 8 products of 65.536 ns and 13 FLOPs for 12,480 parameters at 1 TFLOP/s, 162.24 ns; a
  // ring allreduce 6 (20 + 9.984 us) + 3 x 3.12 ns; an outer step of 7 FLOPs a parameter 87.36 ns.
  const double expected_s =
      5 * (8 * 65.536e-9 + 162.24e-9) + 3 * (6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9 + 87.36e-9);
  CHECK(simulated(diloco(2, 5)).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
}

}  // namespace lockstep::models
