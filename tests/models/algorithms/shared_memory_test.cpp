// The lock-free algorithms on a shared memory: bytes over the bus, staleness, times.
#include <doctest/doctest.h>

#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// n = 3 (64^2 + 64) parameters; M = 49,920 bytes.
constexpr std::int64_t parameters = 12'480;
constexpr std::int64_t model_bytes = 4 * parameters;

testing::RunOf on_cores(const char* kind, int cores, std::int64_t iterations = 3) {
  testing::RunOf run;
  run.topology = "shared_memory";
  run.kind = kind;
  run.hosts = cores;
  run.device.launch_overhead_s = 0;
  run.training.iterations = iterations;
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("hogwild: the model crosses the bus twice a sample, in hogbatch twice a mini-batch") {
  // 3 mini-batches of 8 samples on each of 4 cores.
  const Simulated wild = simulated(on_cores("hogwild", 4));
  CHECK(wild.messages == 2 * 3 * 8 * 4);
  CHECK(wild.bytes == Count{2 * 3 * 8 * 4} * model_bytes);
  CHECK(wild.flops[ComputeKind::update] == Count{3 * 8 * 4} * 2 * parameters);
  const Simulated batch = simulated(on_cores("hogbatch", 4));
  CHECK(batch.messages == 2 * 3 * 4);
  CHECK(batch.bytes == Count{2 * 3 * 4} * model_bytes);
  CHECK(batch.flops[ComputeKind::update] == Count{3 * 4} * 2 * parameters);
  // The products are the same, in other pieces.
  CHECK(wild.flops[ComputeKind::forward] == batch.flops[ComputeKind::forward]);
}

TEST_CASE("hogwild: with mini-batches of one sample it is hogbatch") {
  testing::RunOf run = on_cores("hogwild", 4);
  run.training.batch = 1;
  const Simulated wild = simulated(run);
  run.kind = "hogbatch";
  const Simulated batch = simulated(run);
  CHECK(wild.makespan == batch.makespan);
  CHECK(wild.flops == batch.flops);
  CHECK(wild.bytes == batch.bytes);
  CHECK(wild.staleness_histogram == batch.staleness_histogram);
}

TEST_CASE("hogbatch: P cores share the bus when they read, and when they write") {
  // 4 x 49,920 bytes at 1.25 GB/s: 159.744 us after 10 us, twice a step; 8 products of 65.536 ns,
  // an update of 24.96 ns.
  const double expected_s = 3 * (2 * (10e-6 + 159.744e-6) + 8 * 65.536e-9 + 24.96e-9);
  const testing::RunOf run = on_cores("hogbatch", 4);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(closed_form_of(run.setup()).claim == TimeClaim::exact);
}

TEST_CASE("hogbatch: where the bus sets the pace, more cores take no step more in a second") {
  // Nearly all the time is the bus's: twice the cores do twice the samples in twice the time.
  const auto samples_per_s = [](int cores) {
    const Simulated run = simulated(on_cores("hogbatch", cores));
    return static_cast<double>(run.samples) / run.makespan.seconds();
  };
  CHECK(samples_per_s(16) < 1.1 * samples_per_s(8));
  testing::RunOf large = on_cores("hogbatch", 8);
  large.training.batch = 512;
  CHECK(static_cast<double>(simulated(large).samples) / simulated(large).makespan.seconds() >
        30 * samples_per_s(8));
}

TEST_CASE("hogwild, hogbatch: staleness is P-1 once all cores are under way") {
  for (const char* kind : {"hogwild", "hogbatch"}) {
    const testing::RunOf run = on_cores(kind, 5, 10);
    const Simulated result = simulated(run);
    // The first update of each core is 0 to 4 updates old, all others 4.
    for (std::size_t early = 0; early < 4; ++early)
      CHECK(result.staleness_histogram.at(early) == 1);
    CHECK(result.staleness.max == 4);
    CHECK(result.staleness.mean ==
          doctest::Approx(closed_form_of(run.setup()).staleness.mean).epsilon(1e-12));
  }
}

TEST_CASE("hogbatch: cores out of step keep a mean staleness of P-1") {
  // Between two updates of a core every other one makes one in the mean, whatever the order.
  testing::RunOf run = on_cores("hogbatch", 8, 200);
  run.device.flops_per_s = 1e10;
  Cluster cluster = run.cluster();
  cluster.slowdown = Slowdown{.per = Slowdown::Per::iteration,
                              .distribution = Slowdown::Distribution::exponential};
  const Setup setup = *make_setup(run.mlp, run.training, cluster, run.algorithm());
  const Simulated result = simulate(setup);
  CHECK(result.staleness.mean == doctest::Approx(7).epsilon(0.05));
  CHECK(result.staleness.max > 7);
}

TEST_CASE("asysvrg: full gradients and two gradients an inner step: 5 n of them by default") {
  // n = 4 x 8 samples in each of 3 iterations; 2 x 8 inner steps on each core, two gradients each:
  // n + 2 x 4 x 16 = 5 n.
  const Simulated run = simulated(on_cores("asysvrg", 4));
  const Count samples = 3 * 5 * 4 * 8;
  CHECK(run.flops[ComputeKind::forward] == samples * 2 * 3 * 64 * 64);
  // v and u: 4 FLOPs a parameter. Each core adds its gradient to mu.
  CHECK(run.flops[ComputeKind::update] == Count{3 * 4 * 16} * 4 * parameters);
  CHECK(run.flops[ComputeKind::reduce] == Count{3 * 4} * parameters);
  // u0, the sum, mu; u twice in each inner step.
  CHECK(run.messages == 3 * 4 * (3 + 2 * 16));
  CHECK(run.bytes == Count{3 * 4 * (3 + 2 * 16)} * model_bytes);
}

TEST_CASE("asysvrg: all cores start their inner steps from the same parameters") {
  // In each iteration the first update of each of 4 cores is 0 to 3 updates old, all others 3.
  testing::RunOf run = on_cores("asysvrg", 4);
  run.options = {{"inner_steps", std::int64_t{5}}};
  const Simulated result = simulated(run);
  CHECK(result.staleness_histogram == std::vector<std::int64_t>{3, 3, 3, 3 + 3 * 4 * 4});
  CHECK(result.staleness.mean ==
        doctest::Approx(closed_form_of(run.setup()).staleness.mean).epsilon(1e-12));
}

TEST_CASE("asysvrg: an iteration, operation by operation") {
  // 2 cores, 5 inner steps. An access: 10 us and 2 x 49,920 bytes at 1.25 GB/s, 79.872 us; 13 of
  // them. Passes of 8 samples 8 x 65.536 ns, of one 8 x 8.192 ns; a fold of 12.48 ns; an update of
  // 4 x 12.48 ns.
  testing::RunOf run = on_cores("asysvrg", 2, 1);
  run.options = {{"inner_steps", std::int64_t{5}}};
  const double expected_s =
      13 * 89.872e-6 + 8 * 65.536e-9 + 12.48e-9 + 5 * (2 * 8 * 8.192e-9 + 49.92e-9);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(closed_form_of(run.setup()).claim == TimeClaim::exact);
}

TEST_CASE("asysvrg: shares u, u0 and mu, and has two gradients a core") {
  const Memory memory = closed_form_of(on_cores("asysvrg", 4).setup()).memory;
  CHECK(memory.parameters + memory.versions == Count{3} * model_bytes);
  CHECK(memory.gradients == Count{2} * model_bytes);
}

TEST_CASE("shared memory: a core alone keeps the parameters in its cache") {
  for (const char* kind : {"hogwild", "hogbatch", "asysvrg"}) {
    const Simulated run = simulated(on_cores(kind, 1));
    CHECK(run.bytes == 0);
    CHECK(run.workers.at(0).communication == Picoseconds{});
    CHECK(run.staleness.max == 0);
  }
}

TEST_CASE("shared memory: algorithms that need one refuse other topologies") {
  testing::RunOf run = on_cores("hogwild", 4);
  run.topology = "star";
  CHECK(run.result().faults() == Faults{{"/cluster/topology/kind",
                                         "must be \"shared_memory\" for hogwild, found \"star\""}});
}

}  // namespace lockstep::models
