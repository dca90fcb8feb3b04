// Gossip on real numbers: three steps by hand from the papers' equations, and what averaging does
// to models that differ.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "models/readers/simulate/run_log.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/ranks_by_hand.hpp"

namespace lockstep::models {

namespace {

using testing::biases_only;
using testing::check_bias;
using testing::RanksByHand;
using testing::RunOf;

// Two workers whose biases begin with 0 and 1: `by_hand` are theirs after three steps.
void check_three_steps(const RunOf& run, std::pair<double, double> by_hand, Order order = {}) {
  const Setup setup = run.setup();
  const Problem problem = testing::samples_of_zeros(setup, 4);
  RanksByHand ranks(problem, std::move(order));
  std::vector<float> second = problem.start;
  testing::set_bias(second, 1);
  ranks.start_from(1, second);
  ranks.run();
  check_bias(ranks.model(0), by_hand.first);
  check_bias(ranks.model(1), by_hand.second);
}

Order simulated_order(const Setup& setup) {
  RunLog log;
  REQUIRE(simulate(setup, {}, {.log = &log}).outcome.finished());
  return log.order;
}

// Without gradients' effect, and from models that are all different, all come to their mean.
void check_consensus(RunOf run) {
  run.training = {.batch = 1, .iterations = 300, .learning_rate = 0};
  run.mlp = {.layers = 2, .width = 4};
  const Setup setup = run.setup();
  Problem problem =
      problem_of(setup, {},
                 std::make_shared<const DividedData>(DividedData{
                     {.inputs = 4, .classes = 2, .features = {0, 0, 0, 0}, .labels = {0}},
                     {.inputs = 4, .classes = 2, .features = {0, 0, 0, 0}, .labels = {0}}}));
  RanksByHand ranks(problem, simulated_order(setup));
  const std::size_t size = problem.start.size();
  std::vector<double> mean(size, 0);
  for (Rank rank = 0; rank < setup.workers; ++rank) {
    std::vector<float> model(size);
    for (std::size_t i = 0; i < size; ++i) {
      model[i] = static_cast<float>(std::sin(static_cast<double>(rank + 1) * 7 + double(i)));
      mean[i] += static_cast<double>(model[i]) / setup.workers;
    }
    ranks.start_from(rank, model);
  }
  ranks.run();
  for (std::size_t i = 0; i < size; ++i) {
    double after = 0;
    for (Rank rank = 0; rank < setup.workers; ++rank) {
      const auto element = static_cast<double>(ranks.model(rank)[i]);
      after += element / setup.workers;
      CHECK(std::abs(element - mean[i]) < 1e-4);
    }
    // Each averaging rounds to 24 bits.
    CHECK(std::abs(after - mean[i]) < 2e-6);
  }
}

}  // namespace

TEST_CASE("numbers of d_psgd: three steps of two workers, by hand") {
  // x_i <- (x_1 + x_2) / 2 - g(x_i), with g(b) = p(b) - 1 from before:
  //   0, 1:                 g = -0.5, -0.119203;      1/2 - g = 1, 0.619203
  //   1, 0.619203:          g = -0.119203, -0.224714; 0.809601 - g = 0.928804, 1.034315
  //   0.928804, 1.034315:   g = -0.134982, -0.112183; 0.981560 - g = 1.116542, 1.093743
  for (const bool overlap : {false, true}) {
    RunOf run = biases_only("d_psgd", 2, 3);
    run.options = {{"overlap", overlap}};
    check_three_steps(run, {1.1165417, 1.0937431});
  }
}

TEST_CASE("numbers of sgp: three steps of two workers, by hand") {
  // x_i <- x_i - g(x_i), then both are the mean:
  //   0, 1:             0.5, 1.119203 -> 0.809601
  //   0.809601 twice:   0.809601 + 0.165315 = 0.974916
  //   0.974916 twice:   0.974916 + 0.124572 = 1.099488
  check_three_steps(biases_only("sgp", 2, 3), {1.0994879, 1.0994879});
}

TEST_CASE("numbers of sgp: three steps with messages that are added a step later, by hand") {
  // x_i <- (x_i - g(z_i)) / 2, w_i <- w_i / 2, then the half that the other sent a step ago:
  //   z = 0, 1:                x = 0.25, 0.559601; w = 0.5;   z = 0.5, 1.119203
  //   g = -0.268941, -0.096354: halves 0.259471, 0.327978, w 0.25
  //                            x = 0.819072, 0.577978; w = 0.75; z = 1.092096, 0.770637
  //   g = -0.101179, -0.176350: halves 0.460126, 0.377164, w 0.375
  //                            x = 0.788103, 0.636635; w = 0.625
  //   at the end, the last halves: x = 1.165267, 1.096760; w = 1
  RunOf run = biases_only("sgp", 2, 3);
  run.options = {{"overlap_steps", std::int64_t{1}}};
  check_three_steps(run, {1.1652674, 1.0967603});
}

TEST_CASE("numbers of ad_psgd: three steps of an active and a passive worker, by hand") {
  // x is the active worker's, y the passive one's: 0 and 1. In the first step they are averaged
  // while y's gradient is computed, which stays the one at 1; then after y's update.
  //   (x + y) / 2 = 0.5;        x = 0.5 - g(0) = 1;             y = 0.5 - g(1) = 0.619203
  //   y - g(y) = 0.843917;      average with 1: 0.921958;       x = 0.921958 - g(1) = 1.041161
  //   y - g(y) = 1.058547;      average with 1.041161: 1.049854; x = 1.049854 - g(1.041161)
  // The passive worker's steps are strand 0: it copies the model, and updates it; its answers are
  // strand 1: fold, halve, post.
  Order order;
  order.ranks.resize(2);
  order.ranks[1].strands = {0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1};
  check_three_steps(biases_only("ad_psgd", 2, 3), {1.1606810, 1.0498541}, order);
}

TEST_CASE("numbers of gossip: averaging brings all models to their mean, which stays") {
  for (const char* graph : {"ring", "complete", "exponential", "hypercube", "torus"}) {
    CAPTURE(graph);
    RunOf run = biases_only("d_psgd", 8, 1);
    run.options = {{"graph", std::string(graph)}};
    check_consensus(run);
  }
  for (const std::int64_t overlap_steps : {0, 1, 3})
    for (const int workers : {2, 6, 8}) {
      CAPTURE(workers);
      RunOf run = biases_only("sgp", workers, 1);
      run.options = {{"overlap_steps", overlap_steps}};
      check_consensus(run);
    }
  for (const char* graph : {"bipartite", "ring", "hypercube"}) {
    CAPTURE(graph);
    RunOf run = biases_only("ad_psgd", 4, 1);
    run.options = {{"graph", std::string(graph)}};
    check_consensus(run);
  }
}

TEST_CASE("numbers of sgp: two workers have the same model after each step: synchronous SGD") {
  RunOf run;
  run.kind = "sgp";
  run.hosts = 2;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.05};
  const Trained pushed = testing::trained(run.setup());
  CHECK(pushed.numbers.parameters[0] == pushed.numbers.parameters[1]);
  run.kind = "sync_sgd";
  const Trained summed = testing::trained(run.setup());
  CHECK(pushed.curve.loss.back() == doctest::Approx(summed.curve.loss.back()).epsilon(1e-6));
}

}  // namespace lockstep::models
