// Training with options at random: every algorithm ends with a loss, and those that say they
// approximate nothing train the model that plain SGD trains on the joined mini-batches.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "models/cost/algorithm.hpp"
#include "tests/models/random_run.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

double final_loss(const Setup& setup) { return testing::trained(setup).curve.loss.back(); }

testing::RunOf plain(const Setup& setup, const testing::RunOf& run) {
  testing::RunOf alone{.hosts = 1, .mlp = setup.mlp, .kind = "sgd"};
  alone.training = {.batch_is_global = true,
                    .batch = setup.global_batch,
                    .iterations = setup.training.iterations,
                    .learning_rate = run.training.learning_rate,
                    .optimizer = run.training.optimizer};
  return alone;
}

testing::RunOf learning(testing::RunOf run) {
  run.mlp.width = 64 + 16 * (run.mlp.width % 3);  // the digits have 64 inputs
  run.training.learning_rate = 0.02;
  run.training.optimizer = {};
  return run;
}

}  // namespace

TEST_CASE("random options: whatever they are, every algorithm trains") {
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns random(std::string(algorithm->kind), 32);
    int trained = 0;
    for (int i = 0; i < 25; ++i) {
      const Result<Setup> setup = learning(random.next()).result();
      if (!setup.ok()) continue;
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      CHECK(std::isfinite(final_loss(*setup)));
      ++trained;
    }
    CAPTURE(algorithm->kind);
    CHECK(trained > 0);
  }
}

TEST_CASE("random options: what approximates nothing trains what SGD trains") {
  int kinds = 0;
  for (const Algorithm* algorithm : algorithms()) {
    // The options of `sgd` are an optimizer's.
    if (algorithm->asynchronous || algorithm->kind == "sgd") continue;
    testing::RandomRuns random(std::string(algorithm->kind), 31);
    int compared = 0;
    for (int i = 0; i < 40; ++i) {
      const testing::RunOf run = learning(random.next());
      const Result<Setup> setup = run.result();
      if (!setup.ok() || !approximation_of(*setup).starts_with("nothing")) continue;
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      CAPTURE(approximation_of(*setup));
      ++compared;
      const double expected = final_loss(plain(*setup, run).setup());
      CHECK(final_loss(*setup) == doctest::Approx(expected).epsilon(1e-5));
    }
    if (compared > 0) ++kinds;
    if (algorithm->approximation.starts_with("nothing")) CHECK(compared > 0);
  }
  CHECK(kinds > 12);
}

}  // namespace lockstep::models
