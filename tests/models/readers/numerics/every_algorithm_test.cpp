// What real numbers must do, whatever the algorithm: the same as sgd where it should be, and learn.
#include "tests/models/readers/numerics/every_algorithm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>

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

// Four iterations on one sample, over and over: all gradients are the same as long as the model
// hardly moves, however samples are divided over workers and however stale gradients are.
Trained on_one_sample(RunOf run) {
  run.training.iterations = 4;
  run.training.learning_rate = 1e-4;
  for (const OptionSpec& spec : find_algorithm(run.kind)->options)
    if (std::ranges::count(std::array{"sync_period", "push_period", "fetch_period"}, spec.name) > 0)
      run.options.emplace_back(std::string(spec.name), std::int64_t{1});
  const Setup setup = run.setup();
  DividedData data = testing::digits(setup.mlp);
  for (std::int64_t sample = 1; sample < data.training.samples(); ++sample) {
    std::ranges::copy(data.training.sample(0),
                      data.training.features.begin() + sample * data.training.inputs);
    data.training.labels[static_cast<std::size_t>(sample)] = data.training.labels[0];
  }
  data.held_out = data.training;
  Numerics numerics;
  numerics.mlp = setup.mlp;
  const Problem problem =
      problem_of(setup, numerics, std::make_shared<const DividedData>(std::move(data)));
  TrainOptions options;
  options.points = 1;
  return train(setup, problem, options);
}

double drop_of(const Trained& run) { return run.curve.loss.front() - run.curve.loss.back(); }

// How many steps of the whole model the model that a run ends with has made.
double steps_made(const Setup& setup, const Simulated& run) {
  const std::vector<std::int64_t>& updates = run.staleness_histogram;
  if (setup.algorithm->shared_memory)
    return static_cast<double>(std::accumulate(updates.begin(), updates.end(), std::int64_t{0}));
  return 4.0 * (setup.algorithm->asynchronous && setup.servers > 0 ? setup.workers : 1);
}

}  // namespace

// What an update gets is the mean over some samples: over too many, or too few, and every step is
// too short or too long, here by a factor of 4, 6 or 24. The loss drops by about as much with each
// step; less where the result is a centre that models only pull at.
TEST_CASE("numbers of every algorithm: every step is as long as one of sgd's") {
  const double by_one = drop_of(on_one_sample(small_run(*find_algorithm("sgd"), 1))) / 4;
  for (const Algorithm* algorithm : algorithms()) {
    // Their steps are of other lengths: AdamW's, ones with momentum, one by predictions.
    if (algorithm->kind == "diloco" || algorithm->kind == "slowmo" ||
        algorithm->kind == "spectrain" || algorithm->kind == "synthetic_gradients")
      continue;
    CAPTURE(algorithm->kind);
    const RunOf run = four_workers(*algorithm);
    const Trained trained = on_one_sample(run);
    CHECK(drop_of(trained) / by_one ==
          doctest::Approx(steps_made(run.setup(), trained.simulated)).epsilon(0.25));
  }
}

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
    // Its inner steps are of one sample each. At the rate of the others they are so long that the
    // last bit of a product decides how the loss ends: other processors have other last bits.
    if (algorithm->kind == "asysvrg") run.training.learning_rate = 0.005;
    const Trained result = trained(run.setup());
    CHECK_FALSE(result.diverged);
    CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
  }
}

}  // namespace lockstep::models
