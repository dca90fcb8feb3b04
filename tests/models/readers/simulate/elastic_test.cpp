// Elastic data parallelism, by hand.
#include "models/readers/simulate/elastic.hpp"

#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

Setup setup_of(int hosts, std::int64_t iterations, const char* kind = "sync_sgd") {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.training.iterations = iterations;
  return run.setup();
}

// An iteration takes a second with any number of workers.
std::optional<double> one_second(int /*workers*/) { return 1; }

}  // namespace

TEST_CASE("elastic: without failures it takes what all iterations take") {
  const Goodput goodput = elastic_goodput(setup_of(4, 10), {}, {}, one_second);
  CHECK(goodput.wall_s == doctest::Approx(10));
  CHECK(goodput.useful_s == doctest::Approx(10));
  CHECK(goodput.failures == 0);
}

TEST_CASE("elastic: the others go on, and the worker comes back") {
  // Four workers, 10 iterations: 40 mini-batches. Two iterations are done when worker 1 fails at
  // 2.5 s, for 4 s. The others go on at 3, one iteration each second: 4, 5, 6, and 7, in which the
  // worker comes back. Then 20 mini-batches are done; all four go on at 7.5 for 5 iterations.
  const Failures failures = {
      .given = {{2.5, 1}}, .repair_s = 4, .elastic = true, .reconfigure_s = 0.5};
  const Goodput goodput = elastic_goodput(setup_of(4, 10), failures, {}, one_second);
  CHECK(goodput.wall_s == doctest::Approx(12.5));
  CHECK(goodput.useful_s == doctest::Approx(10));
  CHECK(goodput.restart_s == doctest::Approx(1));
  CHECK(goodput.lost_s == doctest::Approx(1.5));
  CHECK(goodput.failures == 1);
}

TEST_CASE("elastic: if all are down at once, the training begins anew") {
  // Both fail at 5.5 s, for 2 s: five iterations are lost.
  const Failures failures = {.given = {{5.5, 0}, {5.5, 1}}, .repair_s = 2, .elastic = true};
  const Goodput goodput = elastic_goodput(setup_of(2, 10), failures, {}, one_second);
  CHECK(goodput.wall_s == doctest::Approx(5.5 + 2 + 10));
  CHECK(goodput.failures == 2);
}

TEST_CASE("elastic: where so few cannot run, they wait") {
  const Failures failures = {.given = {{2.5, 1}}, .repair_s = 4, .elastic = true};
  const Goodput goodput =
      elastic_goodput(setup_of(4, 10), failures, {}, [](int workers) -> std::optional<double> {
        if (workers < 4) return std::nullopt;
        return 1;
      });
  CHECK(goodput.wall_s == doctest::Approx(6.5 + 8));
  CHECK(goodput.restart_s == doctest::Approx(4));
}

TEST_CASE("elastic: fewer workers have the mini-batches that they had") {
  const Setup setup = setup_of(4, 3);
  const std::optional<Setup> fewer = with_fewer_workers(setup, 3);
  REQUIRE(fewer.has_value());
  CHECK(fewer->workers == 3);
  CHECK(fewer->batch_per_worker == setup.batch_per_worker);
  CHECK(simulate(*fewer).makespan < simulate(setup).makespan);
}

TEST_CASE("elastic: who can be, and who cannot") {
  CHECK(can_be_elastic(setup_of(4, 3)));
  CHECK(can_be_elastic(setup_of(4, 3, "model_averaging")));
  CHECK_FALSE(can_be_elastic(setup_of(4, 3, "zero")));
  CHECK_FALSE(can_be_elastic(setup_of(3, 3, "gpipe")));
  CHECK_FALSE(can_be_elastic(setup_of(4, 3, "async_sgd")));
  CHECK_FALSE(can_be_elastic(setup_of(1, 3)));
}

}  // namespace lockstep::models
