// Models that are averaged now and then, on real numbers: what is done with the mean, by hand; and
// what is the same as what.
#include <doctest/doctest.h>

#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/rule_on_spans.hpp"
#include "tests/models/readers/numerics/vectors.hpp"

namespace lockstep::models {

namespace {

using testing::check_near;
using testing::distance;
using testing::rounding;
using testing::RuleOnSpans;
using testing::RunOf;
using testing::trained;
using Chosen = std::vector<std::pair<std::string, OptionValue>>;

RunOf run_of(const char* kind, Chosen options, int hosts = 4) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 3, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 12, .learning_rate = 0.05};
  run.options = std::move(options);
  return run;
}

Trained result_of(const char* kind, Chosen options, int hosts = 4) {
  return trained(run_of(kind, std::move(options), hosts).setup());
}

std::vector<std::vector<float>> models_of(const char* kind, Chosen options, int hosts = 4) {
  return result_of(kind, std::move(options), hosts).numbers.parameters;
}

std::vector<float> start_of(const char* kind) {
  const Setup setup = run_of(kind, {}).setup();
  return testing::problem_on_digits(setup).start;
}

// What the block rules do with means 2, 2.5, 3 from 1 on; only the last rule differs.
RuleOnSpans block_rule(bool nesterov) {
  return {run_of("bmuf", {{"block_steps", std::int64_t{4}},
                          {"block_momentum", 0.5},
                          {"block_learning_rate", 0.8},
                          {"nesterov", nesterov}})
              .setup(),
          0,
          {1}};
}

}  // namespace

TEST_CASE("numbers of bmuf: classical block momentum, three blocks by hand") {
  // eta 0.5, zeta 0.8, w = 1; means 2, 2.5, 3:
  // g = 1, d = 0.8, w = 1.8; g = 0.7, d = 0.4 + 0.56 = 0.96, w = 2.76;
  // g = 0.24, d = 0.48 + 0.192 = 0.672, w = 3.432.
  RuleOnSpans rule = block_rule(false);
  rule.parameters() = {2};
  check_near(rule.step("block_momentum", {0}), {1.8});
  rule.parameters() = {2.5};
  check_near(rule.step("block_momentum", {0}), {2.76});
  rule.parameters() = {3};
  check_near(rule.step("block_momentum", {0}), {3.432});
}

TEST_CASE("numbers of bmuf: Nesterov's block momentum, three blocks by hand") {
  // The paper's equations, with the model u beside the start w of blocks: g = m - w;
  // d <- 0.5 d + 0.8 g; u <- u + d; w = u + 0.5 d; the last block ends with u. From 1, means 2,
  // 2.5, 3:
  // g = 1, d = 0.8, u = 1.8, w = 2.2; g = 0.3, d = 0.4 + 0.24 = 0.64, u = 2.44, w = 2.76;
  // g = 0.24, d = 0.32 + 0.192 = 0.512, u = 2.952.
  RuleOnSpans rule = block_rule(true);
  rule.parameters() = {2};
  check_near(rule.step("block_nesterov_momentum", {0}), {2.2});
  rule.parameters() = {2.5};
  check_near(rule.step("block_nesterov_momentum", {0}), {2.76});
  rule.parameters() = {3};
  check_near(rule.step("last_block_nesterov_momentum", {0}), {2.952});
}

TEST_CASE("numbers of slowmo: slow momentum, three rounds by hand") {
  // gamma 0.05, beta 0.5, alpha 0.8: alpha gamma = 0.04. x = 1; means 2, 2.5, 3:
  // u = -1 / 0.05 = -20, x = 1.8; u = -10 - 0.7 / 0.05 = -24, x = 2.76;
  // u = -12 - 0.24 / 0.05 = -16.8, x = 3.432.
  RuleOnSpans rule(run_of("slowmo", {{"slow_momentum", 0.5}, {"slow_learning_rate", 0.8}}).setup(),
                   0, {1});
  rule.parameters() = {2};
  check_near(rule.step("slow_momentum", {0}), {1.8});
  rule.parameters() = {2.5};
  check_near(rule.step("slow_momentum", {0}), {2.76});
  rule.parameters() = {3};
  check_near(rule.step("slow_momentum", {0}), {3.432});
}

TEST_CASE("numbers of diloco: the outer step, three rounds by hand; bmuf's but for the last") {
  // eta 0.8, mu 0.5 are bmuf's zeta and eta: with D = -0.8 d, D <- 0.5 D + 0.8 (m - w) and
  // w <- w + 0.8 (m - w) + 0.5 D. From 1, means 2, 2.5, 3, in the paper's own terms:
  // g = -1, d = -1, w = 1 + 0.8 (1 + 0.5) = 2.2; g = -0.3, d = -0.8, w = 2.2 + 0.8 (0.3 + 0.4)
  // = 2.76; g = -0.24, d = -0.64, w = 2.76 + 0.8 (0.24 + 0.32) = 3.208.
  RuleOnSpans rule(
      run_of("diloco", {{"outer_learning_rate", 0.8}, {"outer_momentum", 0.5}}).setup(), 0, {1});
  rule.parameters() = {2};
  check_near(rule.step("outer_nesterov", {0}), {2.2});
  rule.parameters() = {2.5};
  check_near(rule.step("outer_nesterov", {0}), {2.76});
  rule.parameters() = {3};
  check_near(rule.step("outer_nesterov", {0}), {3.208});
}

TEST_CASE("numbers of easgd: models and centre pull at each other, three rounds by hand") {
  // 4 workers, beta 0.8, so alpha 0.2. Model x from 1, centre c from 1; before each pull the worker
  // has come to x = 2, 3, 1 and the mean of all models is m = 1.5, 2, 2.
  // x = 2 - 0.2 (2 - 1) = 1.8, c = 1 + 0.8 x 0.5 = 1.4;
  // x = 3 - 0.2 x 1.6 = 2.68, c = 1.4 + 0.8 x 0.6 = 1.88;
  // x = 1 + 0.2 x 0.88 = 1.176, c = 1.88 + 0.8 x 0.12 = 1.976.
  RuleOnSpans rule(run_of("easgd", {{"elasticity", 0.8}}).setup(), 0, {1});
  rule.buffer(Buffer::centre) = {1};
  const auto pull = [&](float x, float mean) {
    rule.parameters() = {x};
    rule.buffer(Buffer::parameter_sum) = {mean};
    return rule.step("elastic", {0});
  };
  check_near(pull(2, 1.5), {1.8});
  check_near(rule.buffer(Buffer::centre), {1.4});
  check_near(pull(3, 2), {2.68});
  check_near(rule.buffer(Buffer::centre), {1.88});
  check_near(pull(1, 2), {1.176});
  check_near(rule.buffer(Buffer::centre), {1.976});
}

TEST_CASE("numbers of easgd: Nesterov's local steps, three by hand") {
  // momentum 0.5, rate 0.1; x from 1, gradients 2, 1, -1 at x + 0.5 v:
  // v = -0.2, x = 0.8, ahead 0.7; v = -0.1 - 0.1 = -0.2, x = 0.6, ahead 0.5;
  // v = -0.1 + 0.1 = 0, x = 0.6, ahead 0.6.
  RunOf run = run_of("easgd", {{"momentum", 0.5}});
  run.training.learning_rate = 0.1;
  RuleOnSpans rule(run.setup(), 0, {1});
  check_near(rule.step("nesterov, ahead", {2}), {0.8});
  check_near(rule.buffer(Buffer::predicted_parameters), {0.7});
  check_near(rule.step("nesterov, ahead", {1}), {0.6});
  check_near(rule.buffer(Buffer::predicted_parameters), {0.5});
  check_near(rule.step("nesterov, ahead", {-1}), {0.6});
  check_near(rule.buffer(Buffer::predicted_parameters), {0.6});
}

TEST_CASE("numbers of model_averaging: averaged after every step it is sync_sgd") {
  // The mean of w - rate g_p is w - rate times the mean of g_p.
  for (const int hosts : {2, 3, 4}) {
    const auto averaged = models_of("model_averaging", {{"sync_period", std::int64_t{1}}}, hosts);
    const auto synchronous = models_of("sync_sgd", {}, hosts);
    CHECK(distance(averaged[0], synchronous[0]) < rounding);
  }
}

TEST_CASE("numbers of bmuf: without block momentum and at full step it is model_averaging") {
  for (const bool nesterov : {false, true}) {
    const auto blocks = models_of("bmuf", {{"block_steps", std::int64_t{5}},
                                           {"block_momentum", 0.0},
                                           {"block_learning_rate", 1.0},
                                           {"nesterov", nesterov}});
    CHECK(blocks == models_of("model_averaging", {{"sync_period", std::int64_t{5}}}));
  }
}

TEST_CASE("numbers of slowmo: without slow momentum and at full step it is model_averaging") {
  const auto slow = models_of(
      "slowmo",
      {{"sync_period", std::int64_t{5}}, {"slow_momentum", 0.0}, {"slow_learning_rate", 1.0}});
  CHECK(slow == models_of("model_averaging", {{"sync_period", std::int64_t{5}}}));
}

TEST_CASE("numbers of bmuf: the first classical block at full step ends with the mean") {
  const auto block = models_of("bmuf", {{"block_steps", std::int64_t{0}}});
  const auto mean = models_of("model_averaging", {{"sync_period", std::int64_t{0}}});
  CHECK(distance(block[0], mean[0]) < rounding);
}

TEST_CASE("numbers of easgd: without elasticity workers train as if there were no others") {
  // Averaged only at the end, they do so too: the same losses of the same samples on the way. The
  // centre stays where it was.
  const Trained apart = result_of("easgd", {{"elasticity", 0.0}});
  const Trained averaged_late = result_of("model_averaging", {{"sync_period", std::int64_t{0}}});
  CHECK(apart.numbers.loss_sum == averaged_late.numbers.loss_sum);
  for (const auto& centre : apart.numbers.parameters) CHECK(centre == start_of("easgd"));
}

TEST_CASE("numbers of easgd: one round moves the centre by beta to the mean of all models") {
  const std::vector<float> start = start_of("easgd");
  const auto mean = models_of("model_averaging", {{"sync_period", std::int64_t{0}}})[0];
  const std::vector<float> expected = testing::towards(start, mean, 0.9);
  for (const auto& centre : models_of("easgd", {{"sync_period", std::int64_t{0}}}))
    CHECK(distance(centre, expected) < rounding);
}

TEST_CASE("numbers of easgd: one worker alone is sgd; with next to no momentum, too") {
  const auto plain = models_of("sgd", {}, 1);
  CHECK(models_of("easgd", {}, 1) == plain);
  CHECK(distance(models_of("easgd", {{"momentum", 1e-9}}, 1)[0], plain[0]) < rounding);
}

TEST_CASE("numbers of diloco: its rounds lower the loss") {
  RunOf run = run_of("diloco", {{"inner_steps", std::int64_t{5}}});
  run.training.iterations = 40;
  const Trained result = trained(run.setup());
  CHECK(result.curve.loss.back() < 0.9 * result.curve.loss.front());
}

}  // namespace lockstep::models
