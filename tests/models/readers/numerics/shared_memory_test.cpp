// Shared memory on real numbers: steps by hand, in an order that is given, and what is the same as
// what.
#include <doctest/doctest.h>

#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/ranks_by_hand.hpp"

namespace lockstep::models {

namespace {

using testing::biases_only;
using testing::check_bias;
using testing::RunOf;
using testing::trained;

RunOf shared_run(const char* kind, int workers, std::int64_t iterations) {
  RunOf run = biases_only(kind, workers, iterations);
  run.topology = "shared_memory";
  return run;
}

// The shared parameters after workers have read and updated them in that order.
std::vector<float> in_order(const Problem& problem, std::vector<Rank> order) {
  Order prescribed;
  prescribed.shared = std::move(order);
  return testing::carried_out(problem, prescribed).parameters[0];
}

RunOf on_digits(const char* kind, int workers, std::int64_t batch, std::int64_t iterations) {
  RunOf run = shared_run(kind, workers, iterations);
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch = batch, .iterations = iterations, .learning_rate = 0.05};
  return run;
}

RunOf sequential(std::int64_t batch, std::int64_t iterations) {
  RunOf run = on_digits("sgd", 1, batch, iterations);
  run.topology = "star";
  return run;
}

}  // namespace

TEST_CASE("numbers of hogwild and hogbatch: stale gradients from shared parameters, by hand") {
  // b <- b + 1 - p(b as it was read). Both read 0 and update: 0.5, 1. Then each by itself:
  // 1 + 0.119203, 1.119203 + 0.096354.
  for (const char* kind : {"hogwild", "hogbatch"}) {
    const Setup setup = shared_run(kind, 2, 2).setup();
    const Problem problem = testing::samples_of_zeros(setup, 4);
    check_bias(in_order(problem, {0, 1, 0, 1, 0, 0, 1, 1}), 1.2155572);
  }
}

TEST_CASE("numbers of asysvrg: three inner steps of one worker, by hand") {
  // Two samples, one of each class: the mean gradient at u0 = 1 is mu = p(1) - 1/2. Whichever
  // sample is drawn, v = (p(b) - y) - (p(1) - y) + mu = p(b) - 1/2: as if both were.
  //   1 - 0.380797 = 0.619203;  - 0.275286 = 0.343917;  - 0.165485 = 0.178432
  RunOf run = shared_run("asysvrg", 1, 1);
  run.training.batch = 2;
  run.options = {{"inner_steps", std::int64_t{3}}};
  const Setup setup = run.setup();
  Problem problem = testing::samples_of_zeros(setup, 1, 1);
  testing::set_bias(problem.start, 1);
  check_bias(in_order(problem, {}), 0.1784318);
}

TEST_CASE(
    "numbers of asysvrg: two workers add up the full gradient and take stale steps, by hand") {
  // As before, a sample a worker. Both read u0 = 1, add their gradients, and read the sum. Then
  // both read 1 and update: 0.619203, 0.238406; each by itself: 0.238406 - 0.116995 = 0.121411,
  // 0.121411 - 0.060409 = 0.061002.
  RunOf run = shared_run("asysvrg", 2, 1);
  run.options = {{"inner_steps", std::int64_t{2}}};
  const Setup setup = run.setup();
  Problem problem = testing::samples_of_zeros(setup, 1, 1);
  testing::set_bias(problem.start, 1);
  check_bias(in_order(problem, {0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}), 0.0610021);
}

TEST_CASE("numbers of hogwild: one worker trains as sgd does on single samples, bit for bit") {
  CHECK(trained(on_digits("hogwild", 1, 4, 5).setup()).numbers.parameters[0] ==
        trained(sequential(1, 20).setup()).numbers.parameters[0]);
}

TEST_CASE("numbers of hogbatch: one worker trains as sgd does, bit for bit") {
  CHECK(trained(on_digits("hogbatch", 1, 12, 10).setup()).numbers.parameters[0] ==
        trained(sequential(12, 10).setup()).numbers.parameters[0]);
}

TEST_CASE("numbers of asysvrg: the first inner step is one of sgd on all samples, bit for bit") {
  // At u = u0 the correction is exactly 0. A mean over 16 samples is exact, whenever it is taken.
  RunOf run = on_digits("asysvrg", 1, 16, 5);
  run.options = {{"inner_steps", std::int64_t{1}}};
  CHECK(trained(run.setup()).numbers.parameters[0] ==
        trained(sequential(16, 5).setup()).numbers.parameters[0]);
}

TEST_CASE("numbers in shared memory: a point of the loss is that of the shared parameters then") {
  for (const char* kind : {"hogwild", "hogbatch", "asysvrg"}) {
    CAPTURE(kind);
    const Setup setup = on_digits(kind, 4, 4, 6).setup();
    const Problem problem = testing::problem_on_digits(setup);
    const Trained result = trained(setup);
    CHECK(result.curve.loss.front() == evaluate(problem, problem.start).loss);
    CHECK(result.curve.loss.back() == evaluate(problem, result.numbers.parameters[3]).loss);
    CHECK(result.curve.loss[2] < result.curve.loss.front());
  }
}

}  // namespace lockstep::models
