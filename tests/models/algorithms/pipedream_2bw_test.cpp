// PipeDream-2BW against its paper, arXiv:2006.09503.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/readers/simulate/simulate.hpp"
#include "models/readers/simulate/trace.hpp"
#include "tests/models/algorithms/stream_runs.hpp"

namespace lockstep::models {

namespace {

testing::RunOf double_buffered(int stages, std::int64_t micro_batches, std::int64_t iterations,
                               double latency_s = 0) {
  testing::RunOf run =
      testing::stream_run("pipedream_2bw", stages, micro_batches, iterations, latency_s);
  run.options = {{"micro_batches", micro_batches}};
  return run;
}

// The paper's version of the parameters for micro-batch k (from 1) of mini-batches of m.
std::int64_t version_of(std::int64_t k, std::int64_t m) {
  return std::max<std::int64_t>((k - 1) / m - 1, 0);
}

// Goes through what a stage does: updates so far are the newest version.
struct Stage {
  std::int64_t newest = 0;
  std::int64_t passes = 0;

  void check(const Operation& operation, std::int64_t m) {
    if (const auto* compute = std::get_if<Compute>(&operation)) {
      const std::int64_t version = version_of(compute->micro_batch + 1, m);
      CHECK(version <= newest);      // it is there
      CHECK(newest <= version + 1);  // and is one of two
      ++passes;
    } else if (const auto* update = std::get_if<Update>(&operation)) {
      CHECK(newest - update->staleness == version_of(newest * m + 1, m));
      ++newest;
    }
  }
};

}  // namespace

TEST_CASE("pipedream_2bw: micro-batch k of mini-batches of m reads max((k-1)/m - 1, 0), of two") {
  for (const std::int64_t m : {4, 7}) {
    const Setup setup = double_buffered(4, m, 5).setup();
    Trace trace;
    REQUIRE(simulate(setup, {}, {.trace = &trace}).outcome.finished());
    std::vector<Stage> stages(4);
    for (const TraceEntry& entry : trace)
      stages[static_cast<std::size_t>(entry.rank)].check(entry.operation, m);
    for (const Stage& stage : stages) {
      CHECK(stage.newest == 5);
      // 2 layers, 3 products each; the first stage saves one.
      CHECK(stage.passes == 5 * m * (&stage == &stages.front() ? 5 : 6));
    }
  }
}

TEST_CASE("pipedream_2bw: all gradients but the first are exactly one update old") {
  // 4 stages and 5 iterations: 4 updates of staleness 0, then 4 x 4 of staleness 1.
  for (const std::int64_t micro_batches : {4, 9}) {
    const Setup setup = double_buffered(4, micro_batches, 5).setup();
    const Simulated run = simulate(setup);
    CHECK(run.staleness_histogram == std::vector<std::int64_t>{4, 16});
    CHECK(closed_form_of(setup).staleness.max == run.staleness.max);
    CHECK(closed_form_of(setup).staleness.mean == doctest::Approx(run.staleness.mean));
  }
}

TEST_CASE("pipedream_2bw: the pipeline fills and drains once a run") {
  // The last stage waits K - 1 forwards of 2 products, does iterations x M turns of 6, with an
  // update after each M; then K - 1 backwards of 4 products, less the one that the first layer
  // saves, and the first stage's update in place of its own.
  for (const int stages : {2, 4})
    for (const std::int64_t micro_batches : {4, 8})
      for (const std::int64_t iterations : {1, 10}) {
        const Setup setup = double_buffered(stages, micro_batches, iterations).setup();
        const auto turns = static_cast<double>(iterations * micro_batches + stages - 1);
        const double expected_s = (turns * 6 - 1) * testing::stream_product_s +
                                  static_cast<double>(iterations) * testing::stream_update_s;
        CHECK(simulate(setup).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-4));
        CHECK(closed_form_of(setup).makespan.seconds() ==
              doctest::Approx(expected_s).epsilon(1e-4));
      }
}

TEST_CASE("pipedream_2bw: a mini-batch costs no bubble, where 1F1B with a flush has K - 1 slots") {
  // From 10 to 20 iterations of 4 micro-batches over 4 stages: 40 turns of 6 products and 10
  // updates more. 1F1B adds 10 x (4 + 3) slots less a product each.
  const auto longer_s = [](const char* kind) {
    testing::RunOf run = double_buffered(4, 4, 10);
    run.kind = kind;
    const double ten_s = simulate(run.setup()).makespan.seconds();
    run.training.iterations = 20;
    return simulate(run.setup()).makespan.seconds() - ten_s;
  };
  const double updates_s = 10 * testing::stream_update_s;
  CHECK(longer_s("pipedream_2bw") ==
        doctest::Approx(240 * testing::stream_product_s + updates_s).epsilon(1e-4));
  CHECK(longer_s("pipeline_1f1b") ==
        doctest::Approx(410 * testing::stream_product_s + updates_s).epsilon(1e-4));
}

TEST_CASE("pipedream_2bw: latency costs a round trip for every K micro-batches") {
  // 4 stages, a hop as long as a stage's forward and backward: 4 micro-batches in 4 x 6 products
  // and 6 hops. The bound has that; fill and drain and the updates, which it leaves out, are below
  // 2 % of 160 micro-batches.
  const double hop_s = 6 * testing::stream_product_s;
  const Setup setup = double_buffered(4, 8, 20, hop_s).setup();
  const double makespan_s = simulate(setup).makespan.seconds();
  CHECK(makespan_s ==
        doctest::Approx(40 * (24 * testing::stream_product_s + 6 * hop_s)).epsilon(0.02));
  CHECK(closed_form_of(setup).makespan.seconds() == doctest::Approx(makespan_s).epsilon(0.02));
}

TEST_CASE("pipedream_2bw: two versions of the parameters, activations of K micro-batches") {
  // A stage has 2 x (64^2 + 64) parameters of 4 bytes; the first keeps 4 x 3 activations.
  const ClosedForm form = closed_form_of(double_buffered(4, 8, 3).setup());
  CHECK(form.memory.versions == 2 * (64 * 64 + 64) * 4);
  CHECK(form.memory.versions == form.memory.parameters);
  CHECK(form.memory.activations == 4 * 3 * 2048);
}

TEST_CASE("pipedream_2bw: one stage is gradient accumulation") {
  const Setup setup = double_buffered(1, 4, 3).setup();
  const Simulated run = simulate(setup);
  CHECK(run.staleness.max == 0);
  CHECK(run.makespan.seconds() ==
        doctest::Approx(12 * 5 * testing::stream_product_s + 3 * testing::stream_update_s)
            .epsilon(1e-4));
  CHECK(closed_form_of(setup).memory.versions == 0);
}

TEST_CASE("pipedream_2bw: fewer micro-batches than stages are refused") {
  testing::RunOf run = double_buffered(4, 8, 1);
  run.options = {{"micro_batches", std::int64_t{2}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/micro_batches",
                "must be at least the 4 stages, so that two versions are enough, found 2"}});
}

}  // namespace lockstep::models
