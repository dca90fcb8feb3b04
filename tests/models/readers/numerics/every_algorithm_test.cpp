// What real numbers must do, whatever the algorithm: the same as sgd where it should be, and learn.
#include "tests/models/readers/numerics/every_algorithm.hpp"

#include <doctest/doctest.h>

#include "models/algorithms/registry.hpp"

namespace lockstep::models {

namespace {

using testing::four_workers;
using testing::RunOf;
using testing::small_run;
using testing::trained;

// On the joined mini-batch.
Trained by_sgd() { return trained(small_run(*find_algorithm("sgd"), 1).setup()); }

bool changes_nothing(const Setup& setup) { return approximation_of(setup).starts_with("nothing"); }

}  // namespace

TEST_CASE("numbers of every algorithm: one worker trains as sgd does, bit for bit") {
  const std::vector<float> sequential = by_sgd().numbers.parameters[0];
  for (const Algorithm* algorithm : algorithms()) {
    if (algorithm->extra_work) continue;
    CAPTURE(algorithm->kind);
    RunOf run = small_run(*algorithm, 1);
    if (find_algorithm(run.kind)->servers(run.algorithm().options) > 0)
      run.options.emplace_back("placement", std::string("colocated"));
    // The last rank's: a server's, where there is one.
    CHECK(trained(run.setup()).numbers.parameters.back() == sequential);
  }
}

TEST_CASE(
    "numbers of every algorithm: what changes nothing ends where sgd on the joined "
    "mini-batch does") {
  const LossCurve alone = by_sgd().curve;
  for (const Algorithm* algorithm : algorithms()) {
    const Setup setup = four_workers(*algorithm).setup();
    if (!changes_nothing(setup)) continue;
    CAPTURE(algorithm->kind);
    const Trained result = trained(setup);
    // Sums in another order differ in the last of 24 bits, here by less than 1e-6 a step.
    CHECK(result.curve.loss.back() == doctest::Approx(alone.loss.back()).epsilon(1e-5));
    CHECK(result.curve.accuracy.back() == alone.accuracy.back());
  }
}

TEST_CASE("numbers of every algorithm: all of them learn") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    RunOf run = four_workers(*algorithm);
    run.training.iterations = 60;
    const Trained result = trained(run.setup());
    CHECK_FALSE(result.diverged);
    CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
  }
}

}  // namespace lockstep::models
