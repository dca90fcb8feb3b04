#include "reports/comparison.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "tests/reports/sample_report.hpp"

using namespace lockstep;
using namespace lockstep::reports;

// sgd alone, batch 4, 1 layer of 10 x 10: forward and gradient by weights 2 x 4 x 100 = 800 FLOPs
// each, update of 110 parameters 220 FLOPs: 1,820 FLOPs at 1 MFLOP/s are 1.82 ms for 4 samples.
constexpr double alone_samples_per_s = 4 / 1.82e-3;

TEST_CASE("comparison: the baseline is sgd on host 0 with the same global batch") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const auto baseline = baseline_of(scenario.runs.front());
  REQUIRE(baseline.has_value());
  CHECK(baseline->samples_per_s == doctest::Approx(alone_samples_per_s).epsilon(1e-12));
}

TEST_CASE("comparison: simulated runs compare by the simulation") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const Comparison comparison = compare(testing::sample_report(scenario).runs.front());
  // 2 iterations and 8 samples in 1.5 s on 2 hosts.
  CHECK(comparison.time_per_iteration_s == 0.75);
  CHECK(comparison.samples_per_s == doctest::Approx(8 / 1.5));
  CHECK(comparison.hosts == 2);
  REQUIRE(comparison.speedup.has_value());
  CHECK(*comparison.speedup == doctest::Approx(8 / 1.5 / alone_samples_per_s));
  CHECK(*comparison.efficiency == doctest::Approx(*comparison.speedup / 2));
}

TEST_CASE("comparison: without a simulation the closed form counts") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  Run run = testing::sample_report(scenario).runs.front();
  run.simulated.reset();
  // 2 iterations of 4 samples in 1 s.
  CHECK(compare(run).time_per_iteration_s == 0.5);
  CHECK(compare(run).samples_per_s == 8);
}

TEST_CASE("comparison: one worker of sgd has speed-up 1") {
  const scenarios::Scenario scenario = testing::sample_scenario();
  const models::Algorithm* sgd = models::find_algorithm("sgd");
  const auto setup = models::make_setup(scenario.mlp, scenario.training, scenario.cluster,
                                        {sgd, "", models::Options(sgd->options), "/algorithm"});
  REQUIRE(setup.ok());
  const Comparison comparison = compare({&*setup, sgd->closed_form(*setup), std::nullopt});
  CHECK(*comparison.speedup == doctest::Approx(1).epsilon(1e-12));
  CHECK(*comparison.efficiency == *comparison.speedup);
}

TEST_CASE("comparison: dedicated servers are hosts too, colocated ones are not") {
  models::Setup setup;
  setup.workers = 6;
  setup.servers = 2;
  CHECK(hosts_used(setup) == 8);
  setup.placement = models::Placement::colocated;
  CHECK(hosts_used(setup) == 6);
}

TEST_CASE("comparison: a baseline past the clock's end gives no speed-up") {
  scenarios::Scenario scenario = testing::sample_scenario();
  models::Setup& setup = scenario.runs.front();
  models::DeviceSpec slow;
  slow.flops_per_s = 1e-6;  // 1,820 FLOPs take 1.8e9 s, the clock ends at 9.2e6 s
  setup.cluster.devices = {slow};
  const Comparison comparison = compare(testing::sample_report(scenario).runs.front());
  CHECK_FALSE(comparison.speedup.has_value());
  CHECK_FALSE(comparison.efficiency.has_value());
}
