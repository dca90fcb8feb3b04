#include "reports/rule_words.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "models/algorithms/registry.hpp"
#include "models/language/program.hpp"
#include "models/language/worker.hpp"
#include "tests/models/readers/numerics/every_algorithm.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"
#include "tests/models/readers/numerics/rule_on_spans.hpp"

namespace lockstep::reports {

namespace {

using models::Buffer;
using models::Rank;
using models::testing::RuleOnSpans;
using models::testing::RunOf;
using Variables = std::map<std::string, double, std::less<>>;

// Evaluates statements such as "v <- 2 * v; w <- w + v".
class Evaluation {
 public:
  Evaluation(std::string_view text, Variables& variables) : text_(text), variables_(variables) {
    while (!text_.empty()) {
      const std::string name = word();
      REQUIRE(take("<-"));
      variables_[name] = sum();
      (void)take(";");
      skip();
    }
  }

 private:
  void skip() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  bool take(std::string_view what) {
    skip();
    if (!text_.starts_with(what)) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  std::string word() {
    skip();
    std::size_t end = 0;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 ||
                                  text_[end] == '_' || text_[end] == '.'))
      ++end;
    std::string result(text_.substr(0, end));
    text_.remove_prefix(end);
    REQUIRE_FALSE(result.empty());
    return result;
  }
  double sum() {
    double value = product();
    while (true) {
      if (take("+"))
        value += product();
      else if (take("-"))
        value -= product();
      else
        return value;
    }
  }
  double product() {
    double value = atom();
    while (true) {
      if (take("*"))
        value *= atom();
      else if (take("/"))
        value /= atom();
      else
        return value;
    }
  }
  double atom() {
    if (take("(")) {
      const double value = sum();
      REQUIRE(take(")"));
      return value;
    }
    const std::string name = word();
    if (name == "sqrt") {
      REQUIRE(take("("));
      const double value = sum();
      REQUIRE(take(")"));
      return std::sqrt(value);
    }
    if (std::isdigit(static_cast<unsigned char>(name.front())) != 0) return std::stod(name);
    CAPTURE(name);
    REQUIRE(variables_.contains(name));
    return variables_[name];
  }

  std::string_view text_;
  Variables& variables_;
};

struct Case {
  const char* rule;
  RunOf run;
  Rank rank = 0;
  Variables numbers = {};                      // what the options and the scenario say
  std::vector<const char*> zeros = {};         // letters that are 0 at first
  std::vector<const char*> like_start = {};    // letters that are w at first
  std::map<std::string, Buffer> buffers = {};  // letters that other buffers hold
  std::map<std::string, Buffer> lasts = {};    // letters that are the last number of a buffer
  // Sets numbers that depend on which step it is, from 1.
  std::function<void(int step, Variables&)> each = {};
};

RunOf run_with(const char* kind, std::vector<std::pair<std::string, models::OptionValue>> options,
               int hosts = 1) {
  RunOf run;
  run.kind = kind;
  run.options = std::move(options);
  run.hosts = hosts;
  run.training.iterations = 24;  // several rounds, where there are rounds
  run.training.learning_rate = 0.05;
  return run;
}

void check_case(const Case& one) {
  CAPTURE(one.rule);
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::uniform_real_distribution<float> draw(-1, 1);
  const float start = 0.75F;
  RuleOnSpans kernel(one.run.setup(), one.rank, {start});
  Variables all = one.numbers;
  all["w"] = start;
  all["rate"] = 0.05;
  for (const char* letter : one.zeros) all[letter] = 0;
  for (const char* letter : one.like_start) all[letter] = start;
  for (const auto& [letter, buffer] : one.buffers) {
    const float value = draw(random);
    kernel.buffer(buffer) = {value};
    all[letter] = value;
  }
  for (const auto& [letter, buffer] : one.lasts) {
    all[letter] = draw(random);
    kernel.whole(buffer) = {0, static_cast<float>(all[letter])};
  }
  REQUIRE_FALSE(rule_formula(one.rule).empty());
  CHECK_FALSE(rule_letters(one.rule).empty());
  for (int step = 1; step <= 5; ++step) {
    CAPTURE(step);
    const float gradient = draw(random);
    all["g"] = gradient;
    if (one.each) one.each(step, all);
    const float computed = kernel.step(one.rule, {gradient}).front();
    (void)Evaluation(rule_formula(one.rule), all);
    CHECK(computed == doctest::Approx(all["w"]).epsilon(1e-5));
    for (const auto& [letter, buffer] : one.buffers)
      CHECK(kernel.buffer(buffer).front() == doctest::Approx(all[letter]).epsilon(1e-5));
  }
}

void correct_adam(int step, Variables& all) {
  all["rate_t"] = 0.05 * std::sqrt(1 - std::pow(0.75, step)) / (1 - std::pow(0.5, step));
}

}  // namespace

TEST_CASE("rule words: what is printed is what is computed") {
  check_case({.rule = "sgd", .run = run_with("sgd", {})});
  check_case({.rule = "momentum",
              .run = run_with("sgd", {{"optimizer", std::string("momentum")}, {"momentum", 0.5}}),
              .numbers = {{"momentum", 0.5}},
              .zeros = {"v"}});
  check_case({.rule = "adagrad",
              .run = run_with("sgd", {{"optimizer", std::string("adagrad")}}),
              .zeros = {"s"}});
  const std::vector<std::pair<std::string, models::OptionValue>> betas = {
      {"beta1", 0.5}, {"beta2", 0.75}, {"epsilon", 0.1}};
  const auto adam = [&](const char* kind, bool decays) {
    auto options = betas;
    options.emplace_back("optimizer", std::string(kind));
    if (decays) options.emplace_back("weight_decay", 0.2);
    check_case(
        {.rule = kind,
         .run = run_with("sgd", options),
         .numbers = {{"beta1", 0.5}, {"beta2", 0.75}, {"epsilon", 0.1}, {"weight_decay", 0.2}},
         .zeros = {"m", "s"},
         .each = correct_adam});
  };
  adam("adam", false);
  adam("adamw", true);
  auto inner = betas;
  inner.emplace_back("weight_decay", 0.2);
  inner.emplace_back("inner_learning_rate", 0.05);
  check_case({.rule = "inner adamw",
              .run = run_with("diloco", inner, 2),
              .numbers = {{"beta1", 0.5}, {"beta2", 0.75}, {"epsilon", 0.1}, {"weight_decay", 0.2}},
              .zeros = {"m", "s"},
              .each = correct_adam});
  check_case({.rule = "delay compensated",
              .run = run_with("dc_asgd", {{"lambda", 0.5}}, 2),
              .rank = 1,
              .numbers = {{"lambda", 0.5}},
              .like_start = {"w_bak"}});
  check_case({.rule = "delay compensated, adaptive",
              .run = run_with("dc_asgd", {{"lambda", 0.5}, {"adaptive", true}}, 2),
              .rank = 1,
              .numbers = {{"lambda", 0.5}, {"decay", 0.95}},
              .zeros = {"s"},
              .like_start = {"w_bak"}});
  check_case({.rule = "elastic",
              .run = run_with("easgd", {{"elasticity", 0.8}}, 4),
              .numbers = {{"beta", 0.8}, {"workers", 4}},
              .buffers = {{"centre", Buffer::centre}, {"mean", Buffer::parameter_sum}}});
  check_case({.rule = "block_momentum",
              .run = run_with(
                  "bmuf",
                  {{"block_momentum", 0.5}, {"block_learning_rate", 0.75}, {"nesterov", false}}, 4),
              .numbers = {{"eta", 0.5}, {"zeta", 0.75}},
              .zeros = {"d"},
              .like_start = {"c"}});
}

TEST_CASE("rule words: momentum of every kind") {
  using std::string;
  check_case({.rule = "nesterov",
              .run = run_with("sgd", {{"optimizer", string("nesterov")}, {"momentum", 0.5}}),
              .numbers = {{"momentum", 0.5}},
              .zeros = {"v"}});
  // Two workers have a momentum of a half by asynchrony, their server 0.9 - 0.5.
  check_case({.rule = "compensated momentum",
              .run = run_with("async_sgd", {{"momentum", string("compensated")}}, 3),
              .rank = 2,
              .numbers = {{"mu", 0.4}},
              .zeros = {"v"}});
  check_case({.rule = "averaged momentum",
              .run = run_with("spectrain", {{"momentum", 0.75}}, 2),
              .numbers = {{"momentum", 0.75}},
              .buffers = {{"v", Buffer::velocity}}});
  // The first stage of two: one update until the other end, going forward.
  check_case({.rule = "prediction",
              .run = run_with("spectrain", {}, 2),
              .numbers = {{"updates", 1}},
              .buffers = {{"p", Buffer::parameters}, {"v", Buffer::velocity}}});
  check_case({.rule = "nesterov, ahead",
              .run = run_with("easgd", {{"momentum", 0.5}}, 2),
              .numbers = {{"momentum", 0.5}},
              .zeros = {"v"},
              .buffers = {{"ahead", Buffer::predicted_parameters}}});
}

TEST_CASE("rule words: steps from round to round") {
  using std::string;
  const std::vector<std::pair<string, models::OptionValue>> nesterov = {
      {"block_momentum", 0.5},
      {"block_learning_rate", 0.75},
      {"nesterov", true},
      {"block_steps", std::int64_t{6}}};
  check_case({.rule = "block_nesterov_momentum",
              .run = run_with("bmuf", nesterov, 4),
              .numbers = {{"eta", 0.5}, {"zeta", 0.75}},
              .zeros = {"d"},
              .like_start = {"c"}});
  check_case({.rule = "last_block_nesterov_momentum",
              .run = run_with("bmuf", nesterov, 4),
              .numbers = {{"zeta", 0.75}},
              .like_start = {"c"}});
  check_case({.rule = "slow_momentum",
              .run = run_with("slowmo", {{"slow_momentum", 0.5}, {"slow_learning_rate", 0.75}}, 4),
              .numbers = {{"beta", 0.5}, {"alpha", 0.75}},
              .zeros = {"u"},
              .like_start = {"c"}});
  check_case(
      {.rule = "outer_nesterov",
       .run = run_with("diloco", {{"outer_momentum", 0.5}, {"outer_learning_rate", 0.75}}, 4),
       .numbers = {{"mu", 0.5}, {"eta", 0.75}},
       .zeros = {"d"},
       .like_start = {"c"}});
  const std::vector<std::pair<string, models::OptionValue>> async = {
      {"communication", string("async")}, {"elasticity", 0.8}};
  check_case({.rule = "elastic pull",
              .run = run_with("easgd", async, 3),
              .numbers = {{"beta", 0.8}, {"workers", 2}},
              .buffers = {{"centre", Buffer::centre}, {"d", Buffer::elastic_difference}}});
  check_case({.rule = "centre",
              .run = run_with("easgd", async, 3),
              .rank = 2,
              .buffers = {{"d", Buffer::elastic_difference}}});
  check_case({.rule = "debias",
              .run = run_with("sgp", {}, 4),
              .buffers = {{"x", Buffer::push_sum}},
              .lasts = {{"weight", Buffer::push_sum}}});
}

// What `explain` prints must be there, and be of that rule: names tell rules apart.
TEST_CASE("rule words: every rule of every algorithm has words, and a name of its own") {
  std::map<std::string_view, const models::UpdateRule*, std::less<>> known;
  const auto look_at = [&](const models::Setup& setup) {
    CAPTURE(setup.algorithm->kind);
    models::CommonPlan plan;
    for (Rank rank = 0; rank < setup.ranks(); ++rank) {
      models::Worker worker(setup, rank, plan);
      models::Strand strand(setup.algorithm->program(worker));
      while (const models::Operation* operation = strand.next()) {
        if (const auto* update = std::get_if<models::Update>(operation)) {
          CAPTURE(update->rule->name);
          CHECK_FALSE(rule_formula(update->rule->name).empty());
          const auto* first = known.try_emplace(update->rule->name, update->rule).first->second;
          // "prediction" has as many updates to come as its letters say.
          CHECK((first->step == update->rule->step || update->rule->name == "prediction"));
        }
        strand.answer(models::Message{});
      }
    }
  };
  for (const models::Algorithm* algorithm : models::algorithms())
    look_at(models::testing::four_workers(*algorithm).setup());
  for (const char* optimizer : {"momentum", "nesterov", "adagrad", "adam", "adamw"})
    look_at(run_with("sgd", {{"optimizer", std::string(optimizer)}}).setup());
  look_at(run_with("easgd", {{"momentum", 0.5}}, 2).setup());
  look_at(run_with("easgd", {{"communication", std::string("async")}}, 3).setup());
  look_at(run_with("async_sgd", {{"momentum", std::string("compensated")}}, 3).setup());
  look_at(run_with("bmuf", {{"nesterov", false}}, 2).setup());
  look_at(run_with("dc_asgd", {{"adaptive", true}}, 3).setup());
}

TEST_CASE("rule words: a rule without a formula has no words") {
  CHECK(rule_formula("unheard of").empty());
  CHECK(rule_letters("unheard of").empty());
}

}  // namespace lockstep::reports
