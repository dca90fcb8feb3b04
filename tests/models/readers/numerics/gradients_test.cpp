// Gradients against finite differences of the loss, parameter by parameter.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "models/readers/numerics/dataflow_run.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/plain_gradient.hpp"

namespace lockstep::models {

namespace {

constexpr std::int64_t samples = 6;

// Three layers of different shapes. A step at rate 1 goes from the start by the gradient.
Setup one_step() {
  testing::RunOf run;
  run.mlp = {.layers = 3, .width = 0, .shapes = {{64, 9}, {9, 8}, {8, 12}}};
  run.training = {.batch = samples, .iterations = 1, .learning_rate = 1};
  return run.setup();
}

// Biases are not zero, so that none of them is where it makes no difference.
Problem problem_of(const Setup& setup, Activation activation) {
  Numerics numerics;
  numerics.mlp = setup.mlp;
  numerics.activation = activation;
  numerics.start = Start::he;
  Problem problem = models::problem_of(
      setup, numerics, std::make_shared<const DividedData>(testing::digits(setup.mlp)));
  sim::RandomStream random(3, 0);
  for (float& scalar : problem.start)
    if (scalar == 0) scalar = static_cast<float>(random.uniform() - 0.5);
  return problem;
}

}  // namespace

// The loss in double precision is known to 1e-15, and its second differences are of order 1: from
// steps of 1e-5 both ways the slope is right to 1e-9. The program's is the difference of floats
// below 2, whose last bit is 1.2e-7.
TEST_CASE("gradients: those of all parameters are finite differences of the loss") {
  for (const Activation activation : {Activation::tanh, Activation::relu}) {
    CAPTURE(static_cast<int>(activation));
    const Setup setup = one_step();
    const Problem problem = problem_of(setup, activation);
    const std::vector<float> end = testing::carried_out(problem).parameters[0];
    testing::PlainModel plain(problem);
    const std::vector<double> by_hand = plain.gradient_of({{0, samples}});
    double most = 0;
    for (std::size_t i = 0; i < end.size(); ++i) {
      CAPTURE(i);
      constexpr double step = 1e-5;
      double& parameter = plain.parameters()[i];
      const double kept = parameter;
      parameter = kept + step;
      const double after = plain.loss_of({0, samples});
      parameter = kept - step;
      const double before = plain.loss_of({0, samples});
      parameter = kept;
      const double slope = (after - before) / (2 * step);
      CHECK(std::abs(by_hand[i] - slope) < 1e-8);
      CHECK(std::abs((double{problem.start[i]} - double{end[i]}) - slope) < 5e-7);
      most = std::max(most, std::abs(slope));
    }
    CHECK(most > 0.1);
  }
}

}  // namespace lockstep::models
