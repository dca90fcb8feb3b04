#include "models/devices/slowdown.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/cost/make_setup.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Distribution = Slowdown::Distribution;

Slowdown slowdown_of(Distribution distribution, double mean) {
  Slowdown slowdown;
  slowdown.distribution = distribution;
  slowdown.mean = mean;
  slowdown.sigma = 0.5;
  slowdown.shape = 3;
  return slowdown;
}

Setup setup_with(const testing::RunOf& run, const Slowdown& slowdown) {
  Cluster cluster = run.cluster();
  cluster.slowdown = slowdown;
  return *make_setup(run.mlp, run.training, cluster, run.algorithm());
}

}  // namespace

TEST_CASE("slowdown: uniform factors, and what the slowest of several is expected to be") {
  // From 1 to 3; the largest of n is at n / (n + 1) of the range.
  Slowdown uniform = slowdown_of(Distribution::uniform, 2);
  uniform.width = 0.5;
  CHECK(uniform.quantile(0) == doctest::Approx(1));
  CHECK(uniform.quantile(0.5) == doctest::Approx(2));
  for (const int draws : {1, 2, 7})
    CHECK(uniform.expected_order_statistic(draws, draws) ==
          doctest::Approx(1 + 2.0 * draws / (draws + 1)).epsilon(1e-6));
}

TEST_CASE("slowdown: gamma factors of shape 1 are exponential ones") {
  Slowdown gamma = slowdown_of(Distribution::gamma, 2);
  gamma.shape = 1;
  const Slowdown exponential = slowdown_of(Distribution::exponential, 2);
  for (const double probability : {0.1, 0.5, 0.99})
    CHECK(gamma.quantile(probability) ==
          doctest::Approx(exponential.quantile(probability)).epsilon(1e-9));
  CHECK(gamma.expected_order_statistic(5, 5) ==
        doctest::Approx(exponential.expected_order_statistic(5, 5)).epsilon(1e-6));
}

TEST_CASE("slowdown: a trace gives each worker its column, row by row, over and over") {
  Slowdown trace = slowdown_of(Distribution::trace, 1.75);
  trace.factors = std::make_shared<const FactorTrace>(FactorTrace{{1, 2}, {3, 1}});
  SlowdownStream first(trace, 1, 0);
  SlowdownStream third(trace, 1, 2);  // of two columns the first again
  for (const double factor : {1.0, 3.0, 1.0}) {
    first.begin_iteration();
    third.begin_iteration();
    CHECK(first.next() == factor);
    CHECK(first.next() == factor);
    CHECK(third.next() == factor);
  }
  // The slowest of two workers: 2 and 3.
  CHECK(trace.expected_order_statistic(2, 2) == 2.5);
  CHECK(trace.expected_order_statistic(1, 2) == 1);
}

TEST_CASE("slowdown: quantiles are those of the distribution with that mean") {
  // Exponential, mean 2: -2 ln(1 - 0.5). Pareto, mean 3 and shape 3: least 2, so 2 (1 -
  // 0.5)^(-1/3). Lognormal, mean 2, sigma 0.5: the median is 2 exp(-0.5^2 / 2).
  CHECK(slowdown_of(Distribution::constant, 2).quantile(0.5) == 2);
  CHECK(slowdown_of(Distribution::exponential, 2).quantile(0.5) ==
        doctest::Approx(2 * std::log(2)));
  CHECK(slowdown_of(Distribution::pareto, 3).quantile(0.5) == doctest::Approx(2 * std::cbrt(2)));
  CHECK(slowdown_of(Distribution::lognormal, 2).quantile(0.5) ==
        doctest::Approx(2 * std::exp(-0.125)));
}

TEST_CASE("slowdown: expected order statistics are those of many draws") {
  // The sampling error of 40,000 rounds of 8 draws is below 1% for the largest of these.
  for (const Distribution distribution :
       {Distribution::exponential, Distribution::lognormal, Distribution::pareto}) {
    const Slowdown slowdown = slowdown_of(distribution, 1.5);
    sim::RandomStream random(5, 1);
    std::vector<double> sums(8, 0);
    constexpr int rounds = 40'000;
    for (int round = 0; round < rounds; ++round) {
      std::vector<double> draws;
      for (int draw = 0; draw < 8; ++draw) draws.push_back(slowdown.quantile(random.uniform()));
      std::sort(draws.begin(), draws.end());
      for (std::size_t rank = 0; rank < 8; ++rank) sums[rank] += draws[rank] / rounds;
    }
    CAPTURE(static_cast<int>(distribution));
    for (int rank = 1; rank <= 8; ++rank) {
      CAPTURE(rank);
      CHECK(slowdown.expected_order_statistic(rank, 8) ==
            doctest::Approx(sums[static_cast<std::size_t>(rank - 1)]).epsilon(0.02));
    }
  }
}

TEST_CASE("slowdown: the first k of n exponential workers take H_n - H_(n-k)") {
  // n = 4, k = 3: 1/4 + 1/3 + 1/2; k = 4: 1 more. Times the mean, 2.
  const Slowdown slowdown = slowdown_of(Distribution::exponential, 2);
  CHECK(slowdown.expected_order_statistic(3, 4) == doctest::Approx(2 * (0.25 + 1.0 / 3 + 0.5)));
  CHECK(slowdown.expected_order_statistic(4, 4) == doctest::Approx(2 * (0.25 + 1.0 / 3 + 0.5 + 1)));
}

TEST_CASE("slowdown: a constant factor keeps every claim and multiplies computation") {
  testing::RunOf run;
  run.kind = "sgd";
  run.hosts = 1;
  const Setup steady = run.setup();
  const Setup slowed = setup_with(run, slowdown_of(Distribution::constant, 3));
  CHECK(closed_form_of(slowed).claim == TimeClaim::exact);
  CHECK(simulate(slowed).makespan == closed_form_of(slowed).makespan);
  CHECK(simulate(slowed).makespan == 3 * simulate(steady).makespan);
}

TEST_CASE("slowdown: sync_sgd waits for the slowest: H_P times the mean") {
  // 8 workers, exponential factors anew each iteration; computation is all there is to wait for.
  // The largest of 8 has standard deviation sqrt(sum 1/k^2) = 1.24: over 2,000 iterations the mean
  // is within 3 x 1.24 / sqrt(2000) = 0.083 of H_8 = 2.718, or 3.1%.
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 8;
  run.latency_s = 1e-9;
  run.bytes_per_s = 1e14;
  run.mlp.layers = 1;
  run.training.batch = 100'000;
  run.training.iterations = 2000;
  const Setup setup = setup_with(run, slowdown_of(Distribution::exponential, 1));
  const ClosedForm form = closed_form_of(setup);
  CHECK(form.claim == TimeClaim::estimate);
  CHECK(simulate(setup).makespan.seconds() ==
        doctest::Approx(form.makespan.seconds()).epsilon(0.035));
}

TEST_CASE("slowdown: asynchronous workers do not wait, and synchronous ones do") {
  testing::RunOf run;
  run.hosts = 9;
  run.bytes_per_s = 1e12;
  run.latency_s = 1e-7;
  run.training.batch = 4096;
  run.training.iterations = 100;
  const Slowdown slowdown = slowdown_of(Distribution::exponential, 1);
  run.kind = "async_sgd";
  const Picoseconds async = simulate(setup_with(run, slowdown)).makespan;
  run.kind = "sync_sgd";
  run.options = {{"allreduce", std::string("star")}};
  const Picoseconds sync = simulate(setup_with(run, slowdown)).makespan;
  // H_8 = 2.72 for each iteration against about 1 + the slowest worker's luck over all of them.
  CHECK(sync.seconds() > 1.7 * async.seconds());
}

TEST_CASE("slowdown: one worker's factors do not depend on how many others there are") {
  const Slowdown slowdown = slowdown_of(Distribution::lognormal, 1);
  SlowdownStream alone(slowdown, 7, 3);
  SlowdownStream among_others(slowdown, 7, 3);
  SlowdownStream other(slowdown, 7, 4);
  bool differs = false;
  for (int iteration = 0; iteration < 10; ++iteration) {
    alone.begin_iteration();
    among_others.begin_iteration();
    other.begin_iteration();
    const double factor = alone.next();
    CHECK(factor == among_others.next());
    CHECK(factor == alone.next());  // the same for the whole iteration
    differs = differs || other.next() < factor || other.next() > factor;
  }
  CHECK(differs);
}

}  // namespace lockstep::models
