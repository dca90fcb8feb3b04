// Training while workers fail: by hand, and against runs that nothing disturbs.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;

// Without links and overheads, of even speed: all iterations take equally long.
RunOf run_of(const char* kind, int hosts, std::int64_t iterations) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch = 6, .iterations = iterations, .learning_rate = 0.1};
  return run;
}

Checkpointing every(std::int64_t iterations) {
  Checkpointing checkpointing;
  checkpointing.interval = Checkpointing::Interval::iterations;
  checkpointing.iterations = iterations;
  return checkpointing;
}

Trained trained_with(const Setup& setup, const Failures& failures,
                     const Checkpointing& checkpointing, int points) {
  const Problem problem = testing::problem_on_digits(setup);
  TrainOptions options;
  options.points = points;
  options.keep_parameters = true;
  options.failures = failures;
  options.checkpointing = checkpointing;
  Trained result = train(setup, problem, options);
  REQUIRE(result.numbers.finished);
  return result;
}

// What failures alone decide is right to the last digit.
void check_same_end(const Trained& one, const Trained& other) {
  CHECK(one.numbers.model.sha256 == other.numbers.model.sha256);
  CHECK(one.curve.loss.back() == other.curve.loss.back());
  CHECK(one.curve.samples.back() == other.curve.samples.back());
}

}  // namespace

TEST_CASE("train under failures: the model restored is the model saved") {
  // Ten iterations of d seconds, a checkpoint after every four. A worker fails after 6.5 and is
  // back after another 1.5: the run goes on from iteration 4 at 8, and ends at 14. At 0, 1, .. 14
  // it has done 0 1 2 3 4 5 6 4 4 5 6 7 8 9 10 iterations: at 7 it has gone back already.
  const Setup setup = run_of("sync_sgd", 4, 10).setup();
  const Trained undisturbed = trained(setup, 1, 10);
  const double iteration_s = undisturbed.simulated.makespan.seconds() / 10;
  Failures failures;
  failures.given = {{.at_s = 6.5 * iteration_s, .host = 2}};
  failures.repair_s = 1.5 * iteration_s;
  const Trained disturbed = trained_with(setup, failures, every(4), 14);
  REQUIRE(disturbed.goodput);
  CHECK(disturbed.goodput->wall_s == doctest::Approx(14 * iteration_s));
  const std::vector<std::size_t> done = {0, 1, 2, 3, 4, 5, 6, 4, 4, 5, 6, 7, 8, 9, 10};
  REQUIRE(disturbed.curve.loss.size() == done.size());
  // At the very moment when an iteration ends, rounding decides whether it has; not so at the end,
  // and while the run stands still.
  for (const std::size_t point : {0, 7, 8, 14}) {
    CAPTURE(point);
    CHECK(disturbed.curve.loss[point] == undisturbed.curve.loss[done[point]]);
    CHECK(disturbed.curve.samples[point] == static_cast<std::int64_t>(done[point]) * 24);
  }
  check_same_end(disturbed, undisturbed);
}

TEST_CASE(
    "train under failures: every synchronous run ends with the model of the undisturbed one") {
  for (const char* kind : {"sync_sgd", "zero", "tensor_parallel", "gpipe", "model_averaging"}) {
    CAPTURE(kind);
    const Setup setup = run_of(kind, 2, 6).setup();
    const Trained undisturbed = trained(setup);
    Failures failures;
    failures.mean_time_between_s = undisturbed.simulated.makespan.seconds();
    const Trained disturbed = trained_with(setup, failures, every(2), 4);
    CHECK(disturbed.goodput->failures > 0);
    check_same_end(disturbed, undisturbed);
  }
}

TEST_CASE("train under failures: what goes on without a worker is trained as it then happens") {
  // The worker is away for as long as the whole run; the others take more of the first steps.
  const Setup setup = run_of("async_sgd", 4, 10).setup();
  const Trained undisturbed = trained(setup);
  const double run_s = undisturbed.simulated.makespan.seconds();
  Failures failures;
  failures.given = {{.at_s = 0.3 * run_s, .host = 1}};
  failures.repair_s = run_s;
  const Trained disturbed = trained_with(setup, failures, {}, 4);
  CHECK(disturbed.curve.time_s.back() == doctest::Approx(disturbed.goodput->wall_s));
  CHECK(disturbed.goodput->wall_s > 1.3 * run_s);
  CHECK(disturbed.curve.samples.back() == undisturbed.curve.samples.back());
  CHECK(disturbed.numbers.model.sha256 != undisturbed.numbers.model.sha256);
}

TEST_CASE("train under failures: an elastic run goes on with the samples that follow") {
  // Three workers, eight iterations: 24 mini-batches. Two iterations are done when a worker fails,
  // for 2.25 of them. Two workers go on until the iteration in which it comes back is over, and
  // three do what is then left, in whole iterations.
  const Setup setup = run_of("sync_sgd", 3, 8).setup();
  const double iteration_s = trained(setup).simulated.makespan.seconds() / 8;
  const double by_two_s =
      trained(run_of("sync_sgd", 2, 8).setup()).simulated.makespan.seconds() / 8;
  const double by_two = std::floor(2.25 * iteration_s / by_two_s) + 1;
  const double by_three = std::ceil((24 - 6 - 2 * by_two) / 3);
  const auto samples = static_cast<std::int64_t>(6 * (6 + 2 * by_two + 3 * by_three));
  Failures failures;
  failures.elastic = true;
  failures.given = {{.at_s = 2.5 * iteration_s, .host = 0}};
  failures.repair_s = 2.25 * iteration_s;
  const Trained disturbed = trained_with(setup, failures, {}, 30);
  CHECK(disturbed.curve.samples.back() == samples);
  CHECK(disturbed.numbers.loss_samples == samples);
  for (std::size_t i = 1; i < disturbed.curve.samples.size(); ++i)
    CHECK(disturbed.curve.samples[i] >= disturbed.curve.samples[i - 1]);
  CHECK(disturbed.curve.loss.back() < disturbed.curve.loss.front());
}

TEST_CASE("train under failures: an elastic run that loses one iteration repeats it exactly") {
  // The worker is back at once: the lost iteration is done again, by as many workers.
  const Setup setup = run_of("sync_sgd", 3, 8).setup();
  const Trained undisturbed = trained(setup);
  Failures failures;
  failures.elastic = true;
  failures.given = {{.at_s = 0.4 * undisturbed.simulated.makespan.seconds(), .host = 1}};
  const Trained disturbed = trained_with(setup, failures, {}, 4);
  CHECK(disturbed.goodput->wall_s > undisturbed.simulated.makespan.seconds());
  check_same_end(disturbed, undisturbed);
}

TEST_CASE("train under failures: an elastic run that loses all workers begins anew") {
  const Setup setup = run_of("sync_sgd", 2, 6).setup();
  const Trained undisturbed = trained(setup);
  const double run_s = undisturbed.simulated.makespan.seconds();
  Failures failures;
  failures.elastic = true;
  failures.given = {{.at_s = 0.75 * run_s, .host = 0}, {.at_s = 0.75 * run_s, .host = 1}};
  failures.repair_s = 0.25 * run_s;
  // At 1, when both are back, nothing is learned; at 2 all is.
  const Trained disturbed = trained_with(setup, failures, {}, 2);
  CHECK(disturbed.goodput->wall_s == doctest::Approx(2 * run_s));
  CHECK(disturbed.curve.loss[1] == disturbed.curve.loss[0]);
  check_same_end(disturbed, undisturbed);
}

TEST_CASE("train under failures: workers with models of their own are not trained elastically") {
  CHECK(can_train_elastically(run_of("sync_sgd", 2, 1).setup()));
  for (const char* kind : {"model_averaging", "bmuf", "slowmo", "diloco", "post_local_sgd"})
    CHECK_FALSE(can_train_elastically(run_of(kind, 2, 1).setup()));
}

}  // namespace lockstep::models
