#include "reports/rule_words.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <string>

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
  // Sets numbers that depend on which step it is, from 1.
  std::function<void(int step, Variables&)> each = {};
};

RunOf run_with(const char* kind, std::vector<std::pair<std::string, models::OptionValue>> options,
               int hosts = 1) {
  RunOf run;
  run.kind = kind;
  run.options = std::move(options);
  run.hosts = hosts;
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

TEST_CASE("rule words: a rule without a formula has no words") {
  CHECK(rule_formula("unheard of").empty());
  CHECK(rule_letters("unheard of").empty());
}

}  // namespace lockstep::reports
