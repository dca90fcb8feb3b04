// Model averaging: what its papers say of it, and what it shares with synchronous SGD.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

testing::RunOf averaging(std::int64_t sync_period, std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "model_averaging";
  run.training.iterations = iterations;
  run.device.launch_overhead_s = 0;
  run.options = {{"sync_period", sync_period}};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("model_averaging: averaging after every step is sync_sgd, with any collective") {
  for (const char* allreduce : {"ring", "recursive_doubling", "halving_doubling", "tree",
                                "double_tree", "hierarchical", "star", "sharded_server"}) {
    CAPTURE(allreduce);
    testing::RunOf run = averaging(1, 3);
    run.options.emplace_back("allreduce", std::string(allreduce));
    testing::RunOf reference = run;
    reference.kind = "sync_sgd";
    reference.options = {{"allreduce", std::string(allreduce)}};
    const Simulated average = simulated(run);
    const Simulated sync = simulated(reference);
    CHECK(average.bytes == sync.bytes);
    CHECK(average.messages == sync.messages);
    CHECK(average.flops == sync.flops);
    CHECK(average.staleness.max == 0);
  }
}

TEST_CASE("model_averaging: local steps, then one ring allreduce of all parameters") {
  // L = 3, N = 64, b = 8: a step is 8 products of 2 x 8 x 64^2 / 1e12 s = 65.536 ns and an update
  // of 2 x 12,480 / 1e12 s = 24.96 ns. P = 4: chunks of 3,120 scalars, 12,480 bytes at 1.25 GB/s =
  // 9.984 us after 20 us, 6 times, and 3 folds of 3.12 ns. 10 steps by 4: averages after 4, 8, 10.
  const double step_s = 8 * 65.536e-9 + 24.96e-9;
  const double average_s = 6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9;
  const testing::RunOf run = averaging(4, 10);
  CHECK(simulated(run).makespan.seconds() ==
        doctest::Approx(10 * step_s + 3 * average_s).epsilon(1e-9));
  const Setup setup = run.setup();
  CHECK(setup.algorithm->closed_form(setup).claim == TimeClaim::exact);
}

TEST_CASE("model_averaging: the last round is averaged even if it is shorter") {
  // An average: 2 (P-1) n = 6 x 12,480 scalars of 4 bytes in 2 P (P-1) = 24 messages.
  struct Case {
    std::int64_t sync_period, iterations, averages;
  };
  for (const Case& chosen : {Case{1, 5, 5}, Case{2, 4, 2}, Case{2, 5, 3}, Case{4, 5, 2},
                             Case{5, 5, 1}, Case{9, 5, 1}, Case{1'000'000'000, 5, 1}}) {
    CAPTURE(chosen.sync_period);
    const Simulated run = simulated(averaging(chosen.sync_period, chosen.iterations));
    CHECK(run.bytes == chosen.averages * Count{6} * 12'480 * 4);
    CHECK(run.messages == chosen.averages * Count{24});
    CHECK(run.flops[ComputeKind::reduce] == chosen.averages * Count{3} * 12'480);
  }
}

TEST_CASE("model_averaging: 0 averages once, at the end, however long the run") {
  for (const std::int64_t iterations : {1, 7, 40}) {
    const Simulated run = simulated(averaging(0, iterations));
    CHECK(run.bytes == 6 * 12'480 * 4);
    CHECK(run.flops[ComputeKind::update] == Count{4} * iterations * 2 * 12'480);
  }
}

TEST_CASE("model_averaging: with allreduce star there is one server") {
  testing::RunOf run = averaging(2, 4);
  run.options.emplace_back("allreduce", std::string("star"));
  CHECK(run.setup().workers == 3);
  run.options.emplace_back("servers", std::int64_t{2});
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/servers",
                "must be 1 with allreduce \"star\", found 2; several servers are "
                "\"sharded_server\""}});
}

}  // namespace lockstep::models
