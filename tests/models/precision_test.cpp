// How long scalars are, by what they are: in memory, in messages, in time.
#include <doctest/doctest.h>

#include "models/language/optimizers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;

constexpr Precision mixed = {2, 2, 2, 4, 4};
constexpr std::int64_t parameters = 12'480;  // of 3 layers of 64

RunOf with_adam(const char* kind, const Precision& precision) {
  RunOf run;
  run.kind = kind;
  run.mlp.precision = precision;
  run.training.optimizer.rule = &adam_rule;
  return run;
}

// What training keeps of parameters, whatever the samples.
Count of_parameters(const Memory& memory) {
  return memory.parameters + memory.gradients + memory.versions;
}

}  // namespace

TEST_CASE("precision: mixed, with Adam, takes 16 bytes a parameter, wherever it is updated") {
  // 2 + 2 and a master copy, mean and square of 4 each: Rajbhandari et al., arXiv:1910.02054,
  // section 3.1.
  for (const char* kind : {"sgd", "sync_sgd", "d_psgd"}) {
    CAPTURE(kind);
    CHECK(of_parameters(closed_form_of(with_adam(kind, mixed).setup()).memory) == 16 * parameters);
  }
  // A stage has a layer, an owner of a block or a part a fourth of each.
  RunOf pipeline = with_adam("pipeline_1f1b", mixed);
  pipeline.hosts = 3;
  CHECK(of_parameters(closed_form_of(pipeline.setup()).memory) == 16 * parameters / 3);
  CHECK(of_parameters(closed_form_of(with_adam("tensor_parallel", mixed).setup()).memory) ==
        16 * parameters / 4);
  RunOf zero = with_adam("zero", mixed);
  for (const auto& [stage, bytes] :
       {std::pair{1, 4 * parameters + 12 * parameters / 4},
        std::pair{2, 2 * parameters + 14 * parameters / 4}, std::pair{3, 16 * parameters / 4}}) {
    zero.options = {{"stage", std::int64_t{stage}}};
    CHECK(of_parameters(closed_form_of(zero.setup()).memory) == bytes);
  }
  // Two servers have half of all that is updated each; workers have what they compute with.
  RunOf servers = with_adam("async_sgd", mixed);
  servers.options = {{"servers", std::int64_t{2}}};
  const ClosedForm form = closed_form_of(servers.setup());
  CHECK(of_parameters(form.memory) == 4 * parameters);
  CHECK(of_parameters(form.server_memory) == 16 * parameters / 2);
}

TEST_CASE("precision: a residual is as long as the gradients, however many are accumulated") {
  // n gradients of 2 bytes, as many accumulated ones, and what encoding left out of a push.
  RunOf run = with_adam("downpour", mixed);
  run.training.optimizer = {};
  run.training.iterations = 4;
  run.options = {{"push_period", std::int64_t{2}},
                 {"fetch_period", std::int64_t{2}},
                 {"compression", std::string("one_bit")}};
  const Memory encoded = closed_form_of(run.setup()).memory;
  run.options.pop_back();
  const Memory dense = closed_form_of(run.setup()).memory;
  CHECK(dense.gradients == 2 * 2 * parameters);
  CHECK(encoded.gradients == dense.gradients);
  CHECK(encoded.versions - dense.versions == 2 * parameters);
}

TEST_CASE("precision: a message is as long as what it carries") {
  // Simulated and in closed form; with 1, 2 and 8 bytes in turn for each sort.
  const auto bytes = [](const char* kind, const Precision& precision) {
    const Setup setup = with_adam(kind, precision).setup();
    CHECK(closed_form_of(setup).bytes == simulate(setup).bytes);
    return simulate(setup).bytes;
  };
  const Precision long_parameters = {8, 1, 1, 0, 1};
  const Precision long_gradients = {1, 8, 1, 0, 1};
  const Precision long_activations = {1, 1, 8, 0, 1};
  struct Expected {
    const char* kind;
    int of_parameters, of_gradients, of_activations;  // times the bytes of Precision::of(1)
  };
  for (const auto& [kind, by_parameters, by_gradients, by_activations] :
       {Expected{"sync_sgd", 1, 8, 1},
        {"model_averaging", 8, 1, 1},
        {"d_psgd", 8, 1, 1},
        {"ad_psgd", 8, 1, 1},
        {"sgp", 8, 1, 1},
        {"tensor_parallel", 1, 1, 8}}) {
    CAPTURE(kind);
    const Count least = bytes(kind, Precision::of(1));
    CHECK(bytes(kind, long_parameters) == by_parameters * least);
    CHECK(bytes(kind, long_gradients) == by_gradients * least);
    CHECK(bytes(kind, long_activations) == by_activations * least);
  }
  // Half of what goes to and from servers is gradients, half parameters; zero likewise.
  for (const char* kind : {"async_sgd", "zero"}) {
    CAPTURE(kind);
    const Count least = bytes(kind, Precision::of(1));
    CHECK(2 * bytes(kind, long_parameters) == 9 * least);
    CHECK(2 * bytes(kind, long_gradients) == 9 * least);
    CHECK(bytes(kind, long_activations) == least);
  }
}

TEST_CASE("precision: an update touches what it reads and writes") {
  // Adam, by bytes a parameter: gradient 2, mean and square 4 each, read and written, master copy 4
  // read and written, parameter 2 written: 2 + 16 + 8 + 2 = 28. Without a master copy it is the
  // parameter that is read: 2 + 16 + 4 = 22.
  Mlp mlp = {.precision = mixed};
  CHECK(update_work(mlp, 10, adam_rule).bytes_touched == 280);
  mlp.precision.master_copy = 0;
  CHECK(update_work(mlp, 10, adam_rule).bytes_touched == 220);
  // Plain steps: gradient 2, master copy 8, parameter 2.
  mlp.precision = mixed;
  CHECK(update_work(mlp, 10, sgd_rule).bytes_touched == 120);
  CHECK(update_work(mlp, 10, sgd_rule).flops == 20);
  // 64 samples through 10 x 20: weights of 2 bytes, activations of 8.
  mlp.precision.activations = 8;
  CHECK(product_of(mlp, {10, 20}, 64).bytes_touched == 200 * 2 + 64 * 30 * 8);
  CHECK(fold(mlp.scalars(ScalarKind::activation, 10)).bytes_touched == 240);
}

}  // namespace lockstep::models
