// Hosts and links that fail while a run goes on, and the traffic of others, by hand.
#include "models/readers/simulate/outages.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// Workers of a parameter server: 10 iterations of products alone, for messages take as good as
// nothing.
testing::RunOf workers_of_a_server(int workers) {
  testing::RunOf run;
  run.kind = "async_sgd";
  run.hosts = workers + 1;
  run.bytes_per_s = 1e16;
  run.latency_s = 0;
  run.device.launch_overhead_s = 0;
  run.device.flops_per_s = 1e9;
  run.training.iterations = 10;
  run.training.batch = 100;
  return run;
}

Simulated with(const Setup& setup, const Failures& failures) {
  const Outages outages = {failures, true};
  return simulate(setup, {}, {}, &outages);
}

// Two workers that sum 4 MB over a slow network: nearly all of the run is messages.
testing::RunOf two_workers() {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = 2;
  run.latency_s = 0;
  run.bytes_per_s = 1e8;
  run.mlp = {.layers = 1, .width = 1000};
  return run;
}

}  // namespace

TEST_CASE("outages: a worker that fails repeats its iteration; the others go on") {
  for (const int workers : {1, 3}) {
    const Setup setup = workers_of_a_server(workers).setup();
    const Simulated plain = simulate(setup);
    const double iteration_s = plain.makespan.seconds() / 10;
    // In the middle of worker 0's fifth iteration, for two iterations.
    const Simulated run =
        with(setup, {.given = {{4.5 * iteration_s, 0}}, .repair_s = 2 * iteration_s});
    CAPTURE(workers);
    REQUIRE(run.outcome.finished());
    CHECK(run.makespan.seconds() ==
          doctest::Approx(plain.makespan.seconds() + 2.5 * iteration_s).epsilon(1e-2));
    CHECK(run.losses.failures == 1);
    CHECK(run.losses.lost_s == doctest::Approx(0.5 * iteration_s).epsilon(2e-2));
    CHECK(run.losses.down_s == doctest::Approx(2 * iteration_s));
    CHECK(run.flops == plain.flops);
    CHECK(run.bytes == plain.bytes);
    // Its time is not computing; that of the others is as it was.
    for (const HostUse& worker : run.workers) CHECK(worker.compute == plain.workers[0].compute);
  }
}

TEST_CASE("outages: a failure during the repetition loses what was repeated, not more") {
  const Setup setup = workers_of_a_server(1).setup();
  const double iteration_s = simulate(setup).makespan.seconds() / 10;
  // Fails at 0.5, works from 1.5 on, repeats half an iteration until 2, fails at 1.75.
  const Simulated run = with(
      setup, {.given = {{0.5 * iteration_s, 0}, {1.75 * iteration_s, 0}}, .repair_s = iteration_s});
  CHECK(run.losses.failures == 2);
  CHECK(run.losses.lost_s == doctest::Approx(0.75 * iteration_s).epsilon(2e-2));
  CHECK(run.makespan.seconds() == doctest::Approx(12.75 * iteration_s).epsilon(1e-2));
}

TEST_CASE("outages: without a failure all is as it was, to the last event") {
  const Setup setup = workers_of_a_server(3).setup();
  const Simulated plain = simulate(setup);
  const Simulated run = with(setup, {.given = {{1e6, 0}}});
  CHECK(run.makespan == plain.makespan);
  CHECK(run.events == plain.events);
  CHECK(run.losses.failures == 0);
}

TEST_CASE("outages: random failures of a host do not depend on how many others there are") {
  const Failures failures = {.mean_time_between_s = 3e-3, .repair_s = 1e-4};
  HostOutages few(workers_of_a_server(1).setup(), failures);
  HostOutages many(workers_of_a_server(9).setup(), failures);
  for (int i = 0; i < 20; ++i) {
    const Picoseconds begin = nearest_seconds(1e-3 * i);
    CHECK(few.begin_of(1, begin, nearest_seconds(5e-4), {}) ==
          many.begin_of(1, begin, nearest_seconds(5e-4), {}));
  }
  CHECK(few.losses().failures > 3);
}

TEST_CASE("outages: availability under random failures is MTBF over MTBF plus repair") {
  // Uses much shorter than the time between failures lose next to nothing.
  testing::RunOf run = workers_of_a_server(1);
  run.training.iterations = 20000;
  run.device.flops_per_s = 1e12;
  const Setup setup = run.setup();
  const double run_s = simulate(setup).makespan.seconds();
  const Simulated failed =
      with(setup, {.mean_time_between_s = run_s / 400, .repair_s = run_s / 800});
  // Two hosts, the worker and its server, which waits for the other either way.
  const double expected = 1 + 2 * 0.5;
  CHECK(failed.makespan.seconds() / run_s == doctest::Approx(expected).epsilon(0.1));
}

TEST_CASE("outages: a host that is down folds nothing and sends nothing, engine or not") {
  for (const Reductions reductions : {Reductions::engine, Reductions::device}) {
    testing::RunOf run;
    run.kind = "ad_psgd";
    run.hosts = 4;
    run.device.reductions = reductions;
    run.training.iterations = 5;
    const Setup setup = run.setup();
    const double plain_s = simulate(setup).makespan.seconds();
    const Simulated failed = with(setup, {.given = {{0.5 * plain_s, 1}}, .repair_s = 1});
    CAPTURE(failed.makespan.seconds());
    CHECK(failed.losses.failures == 1);
    CHECK(failed.makespan.seconds() > 1);
  }
}

TEST_CASE("outages: links that hardly ever work are not waited for") {
  const Setup setup = two_workers().setup();
  const Outages outages = {{.link_mean_time_between_s = 1e-10}, false};
  CHECK(simulate(setup, {}, {}, &outages).outcome.kind == sim::Outcome::Kind::too_long);
}

TEST_CASE("outages: easgd goes on without a worker only where it is asynchronous") {
  testing::RunOf run;
  run.kind = "easgd";
  CHECK(stops_with_a_worker(run.setup()));
  run.options = {{"communication", std::string("async")}};
  CHECK_FALSE(stops_with_a_worker(run.setup()));
}

TEST_CASE("outages: a link that fails delays what is on it by the repair, to the picosecond") {
  const Setup setup = two_workers().setup();
  const Simulated plain = simulate(setup);
  const Outages outages = {
      {.given_links = {{0.5 * plain.makespan.seconds(), 0}}, .link_repair_s = 0.125}, false};
  const Simulated run = simulate(setup, {}, {}, &outages);
  REQUIRE(run.outcome.finished());
  CHECK(std::abs((run.makespan - plain.makespan - nearest_seconds(0.125)).ps) <= 2);
  CHECK(run.bytes == plain.bytes);
}

TEST_CASE("outages: messages that begin on a link that is down wait for it") {
  const Setup setup = two_workers().setup();
  const Outages outages = {{.given_links = {{0, 0}, {0, 1}}, .link_repair_s = 1}, false};
  const Simulated plain = simulate(setup);
  const Simulated run = simulate(setup, {}, {}, &outages);
  // Products run meanwhile: messages begin when the links are back.
  CHECK(run.makespan > nearest_seconds(1));
  CHECK(run.makespan < plain.makespan + nearest_seconds(1));
}

TEST_CASE("background: traffic of others takes its share of a link, and the run ends by itself") {
  testing::RunOf run = two_workers();
  run.training.iterations = 40;
  Setup setup = run.setup();
  const Simulated plain = simulate(setup);
  const ClosedForm form = closed_form_of(setup);
  REQUIRE(form.claim == TimeClaim::exact);
  // From host 0 to 1 half of the bandwidth, in flows much shorter than the run's messages.
  setup.cluster.background = {{.bytes_per_s = 5e7, .flow_bytes = 1e4, .from = 0, .to = 1}};
  const Simulated shared = simulate(setup);
  REQUIRE(shared.outcome.finished());
  CHECK(closed_form_of(setup).claim == TimeClaim::estimate);
  CHECK(shared.bytes == plain.bytes);
  // Messages of both ways go in step, and those from 0 to 1 get what the others leave.
  CHECK(shared.makespan.seconds() / plain.makespan.seconds() == doctest::Approx(2).epsilon(0.1));
  // Links are said to have carried what the run has sent.
  REQUIRE(shared.channels.size() == plain.channels.size());
  for (std::size_t i = 0; i < plain.channels.size(); ++i)
    CHECK(shared.channels[i].bytes == plain.channels[i].bytes);
}

TEST_CASE("background: random ends load all hosts alike; other seeds, other times") {
  testing::RunOf run = two_workers();
  run.hosts = 4;
  Setup setup = run.setup();
  const Simulated plain = simulate(setup);
  setup.cluster.background = {{.bytes_per_s = 2e7, .flow_bytes = 1e5}};
  const Simulated first = simulate(setup);
  CHECK(first.makespan > plain.makespan);
  CHECK(simulate(setup).makespan == first.makespan);
  ++setup.training.seed;
  CHECK(simulate(setup).makespan != first.makespan);
}

}  // namespace lockstep::models
