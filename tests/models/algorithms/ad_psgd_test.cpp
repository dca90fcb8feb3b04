// Asynchronous decentralised SGD: counts whatever is drawn, staleness, no deadlock.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// n = 3 (64^2 + 64) parameters.
constexpr std::int64_t parameters = 12'480;

testing::RunOf ad_psgd(const std::string& graph, int hosts, std::int64_t iterations = 10) {
  testing::RunOf run;
  run.kind = "ad_psgd";
  run.hosts = hosts;
  run.device.launch_overhead_s = 0;
  run.training.iterations = iterations;
  run.options = {{"graph", graph}};
  return run;
}

// Passes so long that messages do not matter, of so many products that a request, which waits for
// the one that a passive worker is at, does not wait long: 71 products of 0.4096 ms. Folds take the
// passive workers' devices, so that both halves have about equally much to do.
testing::RunOf computing_mostly(int hosts, std::int64_t iterations) {
  testing::RunOf run = ad_psgd("bipartite", hosts, iterations);
  run.device.flops_per_s = 1e7;
  run.device.reductions = Reductions::device;
  run.mlp = {.layers = 24, .width = 16};
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("ad_psgd: the active half sends a model and receives one a step, whoever is drawn") {
  struct Case {
    const char* graph;
    int workers;
    int active;
  };
  for (const Case& one : {Case{"bipartite", 8, 4}, Case{"bipartite", 9, 5}, Case{"ring", 8, 4},
                          Case{"hypercube", 8, 4}, Case{"torus", 16, 8}, Case{"ring", 2, 1}})
    for (const std::uint64_t seed : {1, 2, 3}) {
      CAPTURE(one.graph);
      testing::RunOf run = ad_psgd(one.graph, one.workers);
      run.training.seed = seed;
      const Simulated result = simulated(run);
      CHECK(result.messages == Count{2} * 10 * one.active);
      CHECK(result.bytes == Count{2} * 10 * one.active * 4 * parameters);
      CHECK(result.flops[ComputeKind::reduce] == Count{10} * one.active * parameters);
    }
}

TEST_CASE("ad_psgd: another seed draws other neighbours") {
  testing::RunOf run = ad_psgd("bipartite", 16);
  const Simulated one = simulated(run);
  run.training.seed = 2;
  CHECK(simulated(run).makespan != one.makespan);
}

TEST_CASE("ad_psgd: one active and one passive worker, step by step") {
  // The passive worker's passes of 8 x 65.536 ns and its update end before the active one's model
  // of 49,920 bytes is there, after 20 us + 39.936 us; it is folded in 12.48 ns and goes back.
  // The active worker: 524.288 ns, 59.936 us, 12.48 ns, 59.936 us, an update of 24.96 ns.
  const double expected_s = 2 * (524.288e-9 + 2 * 59.936e-6 + 12.48e-9 + 24.96e-9);
  CHECK(simulated(ad_psgd("ring", 2, 2)).makespan.seconds() ==
        doctest::Approx(expected_s).epsilon(1e-9));
}

TEST_CASE("ad_psgd: staleness is averages during a passive gradient: one a step, none if active") {
  // As many active as passive workers, long passes: a passive worker is averaged with once a step
  // in the mean, so half a time over all workers. What an active worker waits, a product in 71 and
  // some folds, it falls behind: its last requests find no gradient any more.
  const testing::RunOf run = computing_mostly(16, 400);
  const Simulated result = simulated(run);
  const ClosedForm form = closed_form_of(run.setup());
  CHECK(form.staleness.mean == 0.5);
  CHECK(result.staleness.mean == doctest::Approx(form.staleness.mean).epsilon(0.02));
  // Half of all updates are those of active workers.
  CHECK(result.staleness_histogram.at(0) >= 16 * 400 / 2);
  CHECK(result.staleness.max <= form.staleness.max);
}

TEST_CASE("ad_psgd: a graph that is not bipartite is a fault") {
  CHECK(ad_psgd("ring", 5).result().faults() ==
        Faults{{"/algorithm/graph",
                "must be bipartite: two halves whose neighbours are all in the other half, found a "
                "ring of 5 workers"}});
  CHECK(ad_psgd("torus", 9).result().faults().front().pointer == "/algorithm/graph");
  CHECK(ad_psgd("hypercube", 6).result().faults() ==
        Faults{{"/algorithm/graph", "hypercube needs a power of two of workers, found 6"}});
}

}  // namespace lockstep::models
