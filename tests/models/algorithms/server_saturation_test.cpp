// A parameter server that workers wait for, against queueing theory.
//
// Workers compute for exponentially distributed times of mean Z, then have the server take their
// step, which lasts S, in order of arrival: the machine interference problem with constant repair
// times. Its server is idle for the share
//   1 / (1 + N (S/Z) sum_{s=0}^{N-1} C(N-1, s) prod_{i=1}^{s} (exp(i S/Z) - 1))
// of the time (Ashcroft: "The productivity of several machines under the care of one operator",
// J. R. Stat. Soc. B 12, 1950).
#include <doctest/doctest.h>

#include <cmath>

#include "models/cost/passes.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

double ashcroft_idle(int workers, double service_s, double think_s) {
  const double ratio = service_s / think_s;
  double sum = 0;
  double term = 1;  // C(N-1, s) times the product
  for (int s = 0; s < workers; ++s) {
    sum += term;
    term *= (workers - 1.0 - s) / (s + 1) * std::expm1((s + 1) * ratio);
  }
  return 1 / (1 + workers * ratio * sum);
}

}  // namespace

TEST_CASE("async_sgd: its server saturates as queueing theory has it") {
  for (const int workers : {1, 2, 4, 8, 16}) {
    CAPTURE(workers);
    testing::RunOf run;
    run.kind = "async_sgd";
    run.hosts = workers + 1;
    run.bytes_per_s = 1e18;  // messages take no time
    run.latency_s = 0;
    run.device.launch_overhead_s = 0;
    run.training = {.batch = 64, .iterations = 3000};
    Cluster cluster = run.cluster();
    cluster.devices.assign(static_cast<std::size_t>(run.hosts), run.device);
    cluster.devices.back().flops_per_s = 1e10;  // the server
    cluster.slowdown = Slowdown{};
    cluster.slowdown->distribution = Slowdown::Distribution::exponential;
    cluster.slowdown->per = Slowdown::Per::iteration;
    const Setup setup = *make_setup(run.mlp, run.training, cluster, run.algorithm(), {});
    const Simulated simulated = simulate(setup);
    const double steps = 3000.0 * workers;
    const double service_s = simulated.servers.front().compute.seconds() / steps;
    const double think_s = passes_s(setup, 0, 64);
    CHECK(service_s > think_s / 16);
    const double busy = simulated.servers.front().compute.seconds() / simulated.makespan.seconds();
    CHECK(busy == doctest::Approx(1 - ashcroft_idle(workers, service_s, think_s)).epsilon(0.03));
  }
}

}  // namespace lockstep::models
