// Failures and checkpoints, against what Young and Daly have derived.
#include "models/readers/simulate/goodput.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "models/language/optimizers.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

Setup setup_of(int hosts, std::int64_t iterations, std::uint64_t seed = 1) {
  testing::RunOf run;
  run.kind = "sync_sgd";
  run.hosts = hosts;
  run.training.iterations = iterations;
  run.training.seed = seed;
  return run.setup();
}

Checkpointing every(std::int64_t iterations, double write_s, double read_s) {
  Checkpointing checkpointing;
  checkpointing.interval = Checkpointing::Interval::iterations;
  checkpointing.iterations = iterations;
  checkpointing.write_s = write_s;
  checkpointing.read_s = read_s;
  return checkpointing;
}

double mean_wall_s(double run_s, double mtbf_s, const Checkpointing& checkpointing,
                   std::int64_t iterations, int seeds) {
  double sum_s = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    Failures failures;
    failures.mean_time_between_s = mtbf_s;
    failures.repair_s = 20;
    sum_s += goodput_of(setup_of(4, iterations, static_cast<std::uint64_t>(seed)), run_s, failures,
                        checkpointing)
                 .wall_s;
  }
  return sum_s / seeds;
}

}  // namespace

TEST_CASE("goodput: without a failure only writing is added, and nothing after the last interval") {
  // 10 iterations of 1 s, a checkpoint of 2 s after 3, 6 and 9 of them.
  const Goodput goodput = goodput_of(setup_of(2, 10), 10, {}, every(3, 2, 1));
  CHECK(goodput.wall_s == doctest::Approx(16));
  CHECK(goodput.useful_s == doctest::Approx(10));
  CHECK(goodput.checkpoint_s == doctest::Approx(6));
  CHECK(goodput.lost_s == 0);
  CHECK(goodput.failures == 0);
  CHECK(goodput_of(setup_of(2, 10), 10, {}, every(5, 2, 1)).wall_s == doctest::Approx(12));
}

TEST_CASE("goodput: a failure takes the run back to its last checkpoint") {
  // At 7 s: 3 s of work, 2 s of writing, 2 s of work that are lost; 4 s of repair, 1 s of reading.
  Failures failures;
  failures.given = {{.at_s = 7, .host = 1}};
  failures.repair_s = 4;
  const Goodput goodput = goodput_of(setup_of(2, 10), 10, failures, every(3, 2, 1));
  CHECK(goodput.lost_s == doctest::Approx(2));
  CHECK(goodput.restart_s == doctest::Approx(5));
  CHECK(goodput.failures == 1);
  CHECK(goodput.wall_s == doctest::Approx(16 + 2 + 5));
  // While a checkpoint is written, it is lost with the work before it.
  failures.given = {{.at_s = 4, .host = 0}};
  CHECK(goodput_of(setup_of(2, 10), 10, failures, every(3, 2, 1)).lost_s == doctest::Approx(4));
  // A failure during the restart begins that anew: 5 s from 10 s on.
  failures.given = {{.at_s = 7, .host = 1}, {.at_s = 10, .host = 0}};
  const Goodput twice = goodput_of(setup_of(2, 10), 10, failures, every(3, 2, 1));
  CHECK(twice.failures == 2);
  CHECK(twice.restart_s == doctest::Approx(8));
  // Without checkpoints all is lost.
  failures.given = {{.at_s = 7, .host = 1}};
  CHECK(goodput_of(setup_of(2, 10), 10, failures, {}).lost_s == doctest::Approx(7));
}

TEST_CASE("goodput: its course is known at every moment") {
  // The failure at 7 s of above: 3 s of work, 2 s of writing, 2 s of work, 5 s of restart from the
  // checkpoint at 3, then 3 s of work and 2 s of writing in turn; the last second needs none.
  Failures failures;
  failures.given = {{.at_s = 7, .host = 1}};
  failures.repair_s = 4;
  std::vector<Stretch> stretches;
  const Goodput goodput = goodput_of(setup_of(2, 10), 10, failures, every(3, 2, 1), 0, &stretches);
  const std::vector<std::pair<double, double>> course = {
      {0, 0},  {2, 2},  {3, 3},  {4, 3},  {5, 3},      {6.5, 4.5}, {7, 3},  {11, 3},    {12, 3},
      {14, 5}, {15, 6}, {16, 6}, {17, 6}, {19.5, 8.5}, {20, 9},    {22, 9}, {22.5, 9.5}};
  for (const auto& [wall_s, work_s] : course) {
    CAPTURE(wall_s);
    CHECK(work_at_s(stretches, wall_s) == doctest::Approx(work_s));
  }
  CHECK(goodput.wall_s == doctest::Approx(23));
  CHECK(work_at_s(stretches, 23) == doctest::Approx(10));
}

TEST_CASE("goodput: a pipeline is filled again after a restart") {
  // Of 10 s, 2 fill it. Back at iteration 4, after 1 s of repair, 0.8 s fill it again: the six
  // iterations that follow bring 1.2 s of the first filling with them.
  Failures failures;
  failures.given = {{.at_s = 5, .host = 1}};
  failures.repair_s = 1;
  const Goodput goodput = goodput_of(setup_of(2, 10), 10, failures, every(4, 0, 0), 2);
  CHECK(goodput.restart_s == doctest::Approx(1.8));
  CHECK(goodput.wall_s == doctest::Approx(5 + 1.8 + 6));
}

TEST_CASE("goodput: its parts sum to the wall clock") {
  Failures failures;
  failures.mean_time_between_s = 400;
  failures.repair_s = 5;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Goodput goodput = goodput_of(setup_of(4, 1000, seed), 1000, failures, every(20, 3, 2));
    CHECK(goodput.useful_s == doctest::Approx(1000));
    CHECK(goodput.wall_s == doctest::Approx(goodput.useful_s + goodput.lost_s +
                                            goodput.checkpoint_s + goodput.restart_s));
    CHECK(goodput.failures > 0);
  }
}

TEST_CASE("goodput: the mean over seeds is what Daly's equation 20 expects") {
  // 4 workers of 4,000 s: a failure every 1,000 s.
  for (const std::int64_t interval : {50, 150, 400}) {
    CAPTURE(interval);
    const Checkpointing checkpointing = every(interval, 10, 5);
    const double expected_s = daly_wall_s(20'000, static_cast<double>(interval), 10, 25, 1000);
    CHECK(mean_wall_s(20'000, 4000, checkpointing, 20'000, 300) ==
          doctest::Approx(expected_s).epsilon(0.02));
  }
}

TEST_CASE("goodput: no interval is better than that of Young and Daly") {
  // Of the expected times, over a fine sweep, and of simulated ones, over a coarse one.
  const double best_s = daly_interval_s(10, 1000);
  CHECK(best_s == doctest::Approx(std::sqrt(2 * 10 * 1000.0)).epsilon(0.1));
  const double least_s = daly_wall_s(20'000, best_s, 10, 25, 1000);
  for (double interval_s = 5; interval_s < 1000; interval_s *= 1.05)
    CHECK(daly_wall_s(20'000, interval_s, 10, 25, 1000) >= least_s * (1 - 1e-4));
  Checkpointing best;
  best.interval = Checkpointing::Interval::young_daly;
  best.write_s = 10;
  best.read_s = 5;
  const double simulated_s = mean_wall_s(20'000, 4000, best, 20'000, 200);
  for (const std::int64_t interval : {20, 60, 400, 1000})
    CHECK(mean_wall_s(20'000, 4000, every(interval, 10, 5), 20'000, 200) > simulated_s);
}

TEST_CASE("goodput: a run that never gets on is given up") {
  Failures failures;
  failures.mean_time_between_s = 1e-6;
  failures.repair_s = 3600;  // it never even restarts
  CHECK(std::isinf(goodput_of(setup_of(4, 10), 10, failures, every(1, 10, 0)).wall_s));
  failures.mean_time_between_s = 3600;
  CHECK(std::isinf(goodput_of(setup_of(4, 10), 10, failures, every(1, 1e305, 0)).wall_s));
}

TEST_CASE("goodput: given failures count if the run needs the host") {
  Failures failures;
  failures.given = {{.at_s = 5, .host = 3}};
  CHECK(goodput_of(setup_of(2, 10), 10, failures, {}).failures == 0);
  CHECK(goodput_of(setup_of(4, 10), 10, failures, {}).failures == 1);
}

TEST_CASE("goodput: a checkpoint's bytes are parameters and the optimizer's state") {
  testing::RunOf run;
  run.kind = "sync_sgd";
  for (const UpdateRule* rule : optimizer_rules)
    if (rule->name == "adam") run.training.optimizer.rule = rule;
  const Setup setup = run.setup();
  // 12,480 parameters of 4 bytes, and two moments of 4.
  CHECK(checkpoint_bytes(setup) == 12'480 * 12);
  Checkpointing checkpointing = every(1, 0, 0);
  checkpointing.bytes_per_s = 12'480 * 12;
  CHECK(goodput_of(setup_of(4, 2), 10, {}, checkpointing).checkpoint_s ==
        doctest::Approx(1.0 / 3));  // plain SGD has no state
}

TEST_CASE("goodput: asynchronous algorithms and gossip do not stop with a worker") {
  for (const char* kind : {"sync_sgd", "zero", "gpipe", "model_averaging"}) {
    testing::RunOf run;
    run.kind = kind;
    run.hosts = 2;
    CHECK(stops_with_a_worker(run.setup()));
  }
  for (const char* kind : {"async_sgd", "downpour", "d_psgd", "sgp", "ad_psgd"}) {
    testing::RunOf run;
    run.kind = kind;
    CAPTURE(kind);
    CHECK_FALSE(stops_with_a_worker(run.setup()));
  }
}

}  // namespace lockstep::models
