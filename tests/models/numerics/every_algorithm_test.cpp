// What real numbers must do, whatever the algorithm: looped over the registry.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/numerics/numeric_runs.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;

RunOf small_run(const Algorithm& algorithm, int hosts) {
  RunOf run;
  run.kind = std::string(algorithm.kind);
  run.topology = testing::topology_for(algorithm);
  run.hosts = hosts;
  run.mlp = {.layers = 4, .width = 64, .bytes_per_scalar = 4};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.05};
  return run;
}

// Four workers, and a host for the server of those that have one.
RunOf four_workers(const Algorithm& algorithm) {
  RunOf run = small_run(algorithm, 4);
  if (run.setup().servers > 0) run.options.emplace_back("placement", std::string("colocated"));
  return run;
}

// The model of all ranks together: of servers where there are some, else of those who train it.
std::vector<float> sequential(const RunOf& like, std::int64_t iterations) {
  RunOf run = small_run(*find_algorithm("sgd"), 1);
  run.mlp = like.mlp;
  run.training = like.training;
  run.training.iterations = iterations;
  return trained(run.setup()).numbers.parameters[0];
}

bool changes_nothing(const Setup& setup) { return approximation_of(setup).starts_with("nothing"); }

}  // namespace

TEST_CASE("numbers of every algorithm: FLOPs, bytes and messages are those of the simulation") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    const Setup setup = four_workers(*algorithm).setup();
    const Trained result = trained(setup);
    for (const ComputeKind kind : compute_kinds) {
      CAPTURE(name_of(kind));
      CHECK(result.numbers.flops[kind] == result.simulated.flops[kind]);
    }
    CHECK(result.numbers.bytes == result.simulated.bytes);
    CHECK(result.numbers.messages == result.simulated.messages);
  }
}

TEST_CASE("numbers of every algorithm: the number of threads changes no bit") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    const Setup setup = four_workers(*algorithm).setup();
    const Trained one = trained(setup, 1);
    const Trained three = trained(setup, 3);
    CHECK(one.numbers.parameters == three.numbers.parameters);
    CHECK(one.curve.loss == three.curve.loss);
    CHECK(one.curve.accuracy == three.curve.accuracy);
  }
}

TEST_CASE("numbers of every algorithm: one worker trains as sgd does, bit for bit") {
  for (const Algorithm* algorithm : algorithms()) {
    if (algorithm->extra_work) continue;
    CAPTURE(algorithm->kind);
    RunOf run = small_run(*algorithm, 1);
    if (find_algorithm(run.kind)->servers(run.algorithm().options) > 0)
      run.options.emplace_back("placement", std::string("colocated"));
    const Setup setup = run.setup();
    const Trained alone = trained(setup);
    CHECK(alone.numbers.parameters.back() == sequential(run, run.training.iterations));
  }
}

TEST_CASE(
    "numbers of every algorithm: what changes nothing ends where sgd on the joined "
    "mini-batch does") {
  for (const Algorithm* algorithm : algorithms()) {
    const RunOf run = four_workers(*algorithm);
    const Setup setup = run.setup();
    if (!changes_nothing(setup)) continue;
    CAPTURE(algorithm->kind);
    const Trained result = trained(setup);
    RunOf joined = small_run(*find_algorithm("sgd"), 1);
    const Trained alone = trained(joined.setup());
    // Sums in another order differ in the last of 24 bits, here by less than 1e-6 a step.
    CHECK(result.curve.loss.back() == doctest::Approx(alone.curve.loss.back()).epsilon(1e-5));
    CHECK(result.curve.accuracy.back() == alone.curve.accuracy.back());
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
