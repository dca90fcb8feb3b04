// What a worker does with a gradient, by hand.
#include "models/language/optimizers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/algorithms/registry.hpp"
#include "tests/models/readers/numerics/every_algorithm.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/rule_on_spans.hpp"
#include "tests/models/readers/numerics/vectors.hpp"

namespace lockstep::models {

namespace {

using testing::check_near;
using testing::RuleOnSpans;
using testing::RunOf;

Setup with(const char* kind, std::vector<std::pair<std::string, OptionValue>> options,
           double learning_rate) {
  RunOf run;
  run.kind = kind;
  run.options = std::move(options);
  run.training.learning_rate = learning_rate;
  return run.setup();
}

}  // namespace

TEST_CASE("optimizers: momentum, three steps by hand") {
  // momentum 0.5, rate 0.1, from 1; gradients 1, 2, -1:
  // v = -0.1, w = 0.9; v = -0.05 - 0.2 = -0.25, w = 0.65; v = -0.125 + 0.1 = -0.025, w = 0.625.
  RuleOnSpans rule(with("sgd", {{"optimizer", std::string("momentum")}, {"momentum", 0.5}}, 0.1), 0,
                   {1});
  check_near(rule.step("momentum", {1}), {0.9});
  check_near(rule.step("momentum", {2}), {0.65});
  check_near(rule.step("momentum", {-1}), {0.625});
}

TEST_CASE("optimizers: Adagrad, three steps by hand; what has no gradient stays") {
  // rate 0.1, from 1; gradients 3, 4, 12: s = 9, 25, 169, roots 3, 5, 13;
  // w = 1 - 0.1 = 0.9; 0.9 - 0.1 x 4/5 = 0.82; 0.82 - 0.1 x 12/13 = 0.82 - 0.0923077 = 0.7276923.
  RuleOnSpans rule(with("sgd", {{"optimizer", std::string("adagrad")}}, 0.1), 0, {1, 1});
  check_near(rule.step("adagrad", {3, 0}), {0.9, 1});
  check_near(rule.step("adagrad", {4, 0}), {0.82, 1});
  check_near(rule.step("adagrad", {12, 0}), {0.7276923077, 1});
}

TEST_CASE("optimizers: Adam, three steps by hand") {
  // beta1 0.5, beta2 0.75, epsilon 0.1, rate 0.1, from 1; gradients 2, 0, 4.
  // 1: m = 1, v = 1; correction sqrt(1 - 0.75) / (1 - 0.5) = 1; w = 1 - 0.1 x 1 / 1.1 = 0.9090909.
  // 2: m = 0.5, v = 0.75; correction sqrt(1 - 0.5625) / 0.75 = 0.8819171; root 0.8660254;
  //    w = 0.9090909 - 0.08819171 x 0.5 / 0.9660254 = 0.9090909 - 0.0456467 = 0.8634442.
  // 3: m = 2.25, v = 4.5625; correction sqrt(1 - 0.421875) / 0.875 = 0.8689661; root 2.1360009;
  //    w = 0.8634442 - 0.08689661 x 2.25 / 2.2360009 = 0.8634442 - 0.0874406 = 0.7760036.
  RuleOnSpans rule(
      with("sgd",
           {{"optimizer", std::string("adam")}, {"beta1", 0.5}, {"beta2", 0.75}, {"epsilon", 0.1}},
           0.1),
      0, {1});
  check_near(rule.step("adam", {2}), {0.9090909});
  check_near(rule.step("adam", {0}), {0.8634442});
  check_near(rule.step("adam", {4}), {0.7760036});
}

TEST_CASE("optimizers: AdamW of diloco is Adam on parameters that decay") {
  // As above without momenta (beta 0: m = g, v = g^2, no correction) and with epsilon 0: a step is
  // the rate 0.1 in the gradient's direction. Decay 0.5: w is multiplied by 1 - 0.1 x 0.5 = 0.95.
  // From 1: 0.95 - 0.1 = 0.85; 0.8075 + 0.1 = 0.9075; 0.862125 - 0.1 = 0.762125.
  RuleOnSpans rule(with("diloco",
                        {{"inner_learning_rate", 0.1},
                         {"beta1", 0.0},
                         {"beta2", 0.0},
                         {"epsilon", 0.0},
                         {"weight_decay", 0.5}},
                        0.1),
                   0, {1});
  check_near(rule.step("inner adamw", {7}), {0.85});
  check_near(rule.step("inner adamw", {-3}), {0.9075});
  check_near(rule.step("inner adamw", {0.5}), {0.762125});
}

TEST_CASE("optimizers: Nesterov's momentum, three steps by hand") {
  // momentum 0.5, rate 0.1, from 1; gradients 1, 2, -1: v = -0.1, w = 1 - 0.05 - 0.1 = 0.85;
  // v = -0.05 - 0.2 = -0.25, w = 0.85 - 0.125 - 0.2 = 0.525; v = -0.125 + 0.1 = -0.025,
  // w = 0.525 - 0.0125 + 0.1 = 0.6125.
  RuleOnSpans rule(with("sgd", {{"optimizer", std::string("nesterov")}, {"momentum", 0.5}}, 0.1), 0,
                   {1});
  check_near(rule.step("nesterov", {1}), {0.85});
  check_near(rule.step("nesterov", {2}), {0.525});
  check_near(rule.step("nesterov", {-1}), {0.6125});
}

TEST_CASE("optimizers: the training's AdamW is that of diloco's test below") {
  RunOf run;
  run.training.learning_rate = 0.1;
  run.training.optimizer = {
      .rule = &adamw_rule, .beta1 = 0, .beta2 = 0, .epsilon = 0, .weight_decay = 0.5};
  RuleOnSpans rule(run.setup(), 0, {1});
  check_near(rule.step("adamw", {7}), {0.85});
  check_near(rule.step("adamw", {-3}), {0.9075});
  check_near(rule.step("adamw", {0.5}), {0.762125});
}

TEST_CASE("optimizers: whatever sums gradients takes the step of SGD on the joined mini-batch") {
  // Wherever a parameter is updated, it is by the same rule, with the same state: on all workers
  // alike, by the owner of its block, layer or part, on a server. An epsilon that is not small
  // keeps sums in another order from being taken for another direction.
  const auto trained_by = [](RunOf run, const UpdateRule* rule) {
    run.mlp = {.layers = 4, .width = 64};
    run.training = {.batch_is_global = true, .batch = 24, .iterations = 5, .learning_rate = 0.01};
    run.training.optimizer = {.rule = rule, .epsilon = 1e-3, .weight_decay = 0.1};
    return testing::trained(run.setup()).curve.loss.back();
  };
  struct Kind {
    std::string kind;
    std::vector<std::pair<std::string, OptionValue>> options;
  };
  const std::vector<Kind> kinds = {
      {"sync_sgd", {}},
      {"sync_sgd",
       {{"allreduce", std::string("sharded_server")}, {"placement", std::string("colocated")}}},
      {"zero", {{"stage", std::int64_t{1}}}},
      {"zero", {{"stage", std::int64_t{3}}}},
      {"tensor_parallel", {}},
      {"hybrid_parallel", {{"model_parallel", std::int64_t{2}}}},
      {"three_d_parallel",
       {{"tensor_parallel", std::int64_t{2}}, {"pipeline_parallel", std::int64_t{2}}}},
      {"gpipe", {}},
      {"pipeline_1f1b", {}},
      {"pipeline_interleaved", {{"chunks", std::int64_t{2}}, {"stages", std::int64_t{2}}}},
      {"zb_v", {{"stages", std::int64_t{2}}}},
      {"dualpipe", {}},
      {"layer_parallel", {}}};
  const auto plain = trained_by({}, &sgd_rule);
  for (const UpdateRule* rule : optimizer_rules) {
    CAPTURE(rule->name);
    RunOf alone;
    const auto expected = trained_by(alone, rule);
    for (const Kind& each : kinds) {
      CAPTURE(each.kind);
      RunOf run;
      run.kind = each.kind;
      run.options = each.options;
      CHECK(trained_by(run, rule) == doctest::Approx(expected).epsilon(1e-4));
    }
    // And the rules are not all one.
    CHECK((rule == &sgd_rule) == (expected == plain));
  }
}

TEST_CASE("optimizers: every algorithm takes the training's, or says which rule it has") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    RunOf run = testing::four_workers(*algorithm);
    run.training.iterations = 2;
    const auto plain = testing::trained(run.setup()).numbers.parameters;
    run.training.optimizer.rule = &adam_rule;
    const Result<Setup> made = run.result();
    if (!made.ok()) {
      REQUIRE(made.faults().size() == 1);
      CHECK(made.faults()[0].pointer == "/training/optimizer");
      REQUIRE(bool{algorithm->own_rule != nullptr});
      continue;
    }
    CHECK(testing::trained(*made).numbers.parameters != plain);
  }
}

TEST_CASE("optimizers: without momentum and memory they are plain steps; all of them learn") {
  RunOf run;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 40, .learning_rate = 0.05};
  const auto plain = testing::trained(run.setup()).numbers.parameters;
  run.options = {{"optimizer", std::string("momentum")}, {"momentum", 0.0}};
  CHECK(testing::trained(run.setup()).numbers.parameters == plain);
  for (const char* optimizer : {"momentum", "nesterov", "adagrad", "adam", "adamw"}) {
    CAPTURE(optimizer);
    run.options = {{"optimizer", std::string(optimizer)}};
    run.training.learning_rate = 0.005;
    const Trained result = testing::trained(run.setup());
    CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
  }
}

TEST_CASE("optimizers: a beta of 1 has no correction of its bias") {
  RunOf run;
  run.options = {{"beta1", 1.0}};
  const Result<Setup> refused = run.result();
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.faults()[0].pointer == "/algorithm/beta1");
  CHECK(refused.faults()[0].message == "must be at least 0 and below 1, found 1");
}

}  // namespace lockstep::models
