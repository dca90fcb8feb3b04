#include <doctest/doctest.h>

#include "models/language/optimizers.hpp"
#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

Lines with(std::initializer_list<Override> changes) { return faults_of(training_example, changes); }

}  // namespace

TEST_CASE("read_training: integers take 3.0 and refuse 3.5, texts and truth") {
  const auto whole = changed(training_example, {{"/training/iterations", "3.0"}});
  REQUIRE(whole.ok());
  CHECK(whole->training.iterations == 3);
  CHECK(with({{"/training/iterations", "3.5"}}) ==
        Lines{"/training/iterations: must be a whole number, found 3.5"});
  CHECK(with({{"/training/iterations", "ten"}}) ==
        Lines{R"(/training/iterations: must be an integer, found "ten")"});
  CHECK(with({{"/training/iterations", "true"}}) ==
        Lines{"/training/iterations: must be an integer, found true"});
  CHECK(with({{"/training/iterations", "null"}}) ==
        Lines{"/training/iterations: must be an integer, found null"});
  CHECK(with({{"/training/iterations", "[1]"}}) ==
        Lines{"/training/iterations: must be an integer, found a list of 1"});
  CHECK(with({{"/model", "3"}}) == Lines{"/model: must be an object, found 3"});
}

TEST_CASE("read_training: counts have limits") {
  CHECK(with({{"/model/layers", "0"}}) == Lines{"/model/layers: must be at least 1, found 0"});
  CHECK(with({{"/model/layers", "1000001"}}) ==
        Lines{"/model/layers: must be at most 1000000, found 1000001"});
  CHECK(with({{"/model/width", "-5"}}) == Lines{"/model/width: must be at least 1, found -5"});
  CHECK(with({{"/model/width", "1e30"}}) ==
        Lines{"/model/width: must be at most 10000000, found 1e+30"});
  CHECK(with({{"/model/width", "-1e30"}}) ==
        Lines{"/model/width: must be at least 1, found -1e+30"});
  CHECK(with({{"/training/batch_per_worker", "18446744073709551615"}}) ==
        Lines{"/training/batch_per_worker: must be at most 1000000000000, found "
              "18446744073709551615"});
  CHECK(with({{"/training/iterations", "2000000000"}}) ==
        Lines{"/training/iterations: must be at most 1000000000, found 2000000000"});
}

TEST_CASE("read_training: products of counts stay within 63 bits") {
  // 1e6 * (1e14 + 1e7) * 4 = 4.0000004e20
  CHECK(with({{"/model/layers", "1000000"}, {"/model/width", "10000000"}}) ==
        Lines{"/model: must have at most 9e+18 bytes of parameters, found 4e+20"});
  // 1e12 * 1e7 * 4 = 4e19
  CHECK(with({{"/model/width", "10000000"}, {"/training/batch_per_worker", "1000000000000"}}) ==
        Lines{"/training/batch_per_worker: must make at most 9e+18 bytes of activations a layer, "
              "found 4e+19"});
}

TEST_CASE("read_training: a scalar has 1, 2, 4 or 8 bytes") {
  CHECK(with({{"/model/bytes_per_scalar", "2"}}).empty());
  CHECK(with({{"/model/bytes_per_scalar", "3"}}) ==
        Lines{"/model/bytes_per_scalar: must be 1, 2, 4 or 8, found 3"});
  CHECK(with({{"/model/bytes_per_scalar", "16"}}) ==
        Lines{"/model/bytes_per_scalar: must be at most 8, found 16"});
}

TEST_CASE("read_training: precision is a name, or bytes of each sort") {
  const auto precision = [](const char* model) {
    const auto scenario = changed(training_example, {{"/model", model}});
    REQUIRE(scenario.ok());
    return scenario->mlp.precision;
  };
  CHECK(precision(R"({"layers": 4, "width": 64, "precision": "mixed"})") ==
        models::Precision{2, 2, 2, 4, 4});
  CHECK(precision(R"({"layers": 4, "width": 64, "precision": "bf16"})") ==
        models::Precision::of(2));
  CHECK(precision(R"({"layers": 4, "width": 64, "bytes_per_scalar": 2,
                      "precision": {"gradients": 4, "master_copy": 8}})") ==
        models::Precision{2, 4, 2, 8, 8});
  CHECK(precision(R"({"layers": 4, "width": 64, "precision": {"optimizer_state": 1}})") ==
        models::Precision{4, 4, 4, 0, 1});
  // What is resolved says the same once more.
  const auto mixed = changed(training_example, {{"/model", R"({"layers": 4, "width": 64,
                                                               "precision": "mixed"})"}});
  CHECK(mixed->resolved["model"]["precision"]["master_copy"] == 4);
  const std::string resolved = mixed->resolved["model"].dump();
  const auto again = changed(training_example, {{"/model", resolved.c_str()}});
  REQUIRE(again.ok());
  CHECK(again->mlp.precision == mixed->mlp.precision);

  CHECK(with({{"/model/precision", "mixed"}}) ==
        Lines{R"(/model/bytes_per_scalar: cannot be combined with the name of a "precision")"});
  CHECK(with({{"/model/precision", R"({"parameters": 3})"}}) ==
        Lines{"/model/precision/parameters: must be 1, 2, 4 or 8, found 3"});
  CHECK(with({{"/model/precision", R"({"master_copy": 3})"}}) ==
        Lines{"/model/precision/master_copy: must be 0, 1, 2, 4 or 8, found 3"});
}

TEST_CASE("read_training: an optimizer is a name, or a kind with its numbers") {
  const auto optimizer = [](const char* text) {
    const auto scenario = changed(training_example, {{"/training/optimizer", text}});
    REQUIRE(scenario.ok());
    return scenario->training.optimizer;
  };
  CHECK(optimizer("adamw").rule == &models::adamw_rule);
  CHECK(optimizer("adamw").weight_decay == models::Optimizer{}.weight_decay);
  const models::Optimizer adam = optimizer(R"({"kind": "adam", "beta1": 0.5, "epsilon": 0})");
  CHECK(adam.rule == &models::adam_rule);
  CHECK(adam.beta1 == 0.5);
  CHECK(adam.beta2 == models::Optimizer{}.beta2);
  CHECK(adam.epsilon == 0);
  CHECK(changed(training_example, {})->resolved["training"]["optimizer"] == Json{{"kind", "sgd"}});

  CHECK(with({{"/training/optimizer", "adma"}}) ==
        Lines{R"(/training/optimizer: unknown optimizer "adma"; did you mean "adam"?)"});
  CHECK(with({{"/training/optimizer", R"({"kind": "adam", "beta1": 1})"}}) ==
        Lines{"/training/optimizer/beta1: must be less than 1, found 1"});
  CHECK(with({{"/training/optimizer", R"({"kind": "sgd", "momentum": 0.9})"}}).size() == 1);
}

TEST_CASE("read_training: an algorithm with a rule of its own takes no optimizer, and says so") {
  CHECK(with({{"/training/optimizer", "adam"}, {"/algorithm", R"({"kind": "diloco"})"}}) ==
        Lines{R"(/training/optimizer: must be "sgd" for diloco, which takes its inner steps by )"
              R"(AdamW, found "adam")"});
  CHECK(with({{"/training/optimizer", "adam"},
              {"/algorithm", R"({"kind": "dc_asgd", "lambda": 0, "placement": "colocated"})"}})
            .empty());
}

TEST_CASE("read_training: there is one batch") {
  CHECK(with({{"/training/global_batch", "64"}}) ==
        Lines{R"(/training/global_batch: cannot be combined with "batch_per_worker")"});
  CHECK(with({{"/training", R"({"iterations": 1})"}}) ==
        Lines{R"(/training: one of "batch_per_worker" and "global_batch" is missing)"});
}

TEST_CASE("read_training: the seed is any 64-bit number without sign") {
  const auto large = changed(training_example, {{"/training/seed", "18446744073709551615"}});
  REQUIRE(large.ok());
  CHECK(large->training.seed == 18446744073709551615U);
  CHECK(with({{"/training/seed", "-1"}}) == Lines{"/training/seed: must be at least 0, found -1"});
  CHECK(with({{"/training/seed", "0.5"}}) ==
        Lines{"/training/seed: must be a whole number, found 0.5"});
}

TEST_CASE("read_training: the learning rate is more than nothing") {
  CHECK(with({{"/training/learning_rate", "0"}}) ==
        Lines{"/training/learning_rate: must be greater than 0, found 0"});
  CHECK(with({{"/training/learning_rate", "\"fast\""}}) ==
        Lines{R"(/training/learning_rate: must be a number, found "fast")"});
}
