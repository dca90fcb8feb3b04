// Synthetic gradients: f = S = 1000 with a synthesiser of one layer as wide as the module's, whose
// training takes T = 2000 + 220.
#include "models/cost/algorithm.hpp"
#include "tests/models/stage_timeline.hpp"

namespace lockstep::models {

namespace {

using testing::form_of;
using testing::makespan_ns;
using testing::stages_of;
using testing::steady_ns;

testing::RunOf with_depth(int modules, std::int64_t iterations, std::int64_t depth) {
  testing::RunOf run = stages_of("synthetic_gradients", modules, iterations);
  run.options = {{"synthesiser_depth", depth}};
  return run;
}

}  // namespace

TEST_CASE("synthetic_gradients: two modules and two mini-batches") {
  // Module 0: F0, S, B, u until 3220, F1, S, B, u until 6440; the targets come at 4200 and 7420, so
  // that it trains from 6440 to 8660 and to 10880. Module 1: F0 1100-2100, B -4100, u -4320,
  // F1 -5320, B -7320.
  const testing::RunOf run = stages_of("synthetic_gradients", 2, 2);
  CHECK(makespan_ns(run) == 10880);
  CHECK(form_of(run).makespan.ps / 1000 == 10880);
}

TEST_CASE("synthetic_gradients: the last target comes through the module above") {
  // One mini-batch: module 1 as above, the target at 4200, T until 6420.
  const testing::RunOf run = stages_of("synthetic_gradients", 2, 1);
  CHECK(makespan_ns(run) == 6420);
  CHECK(form_of(run).makespan.ps / 1000 == 6420);
}

TEST_CASE("synthetic_gradients: modules are unlocked: an iteration takes the slowest one's work") {
  // Two modules: the first with f + S + 1000 + u + T = 5440. More: f + S + d + u + T = 6440.
  CHECK(steady_ns(stages_of("synthetic_gradients", 2, 1)) == 5440);
  for (const int modules : {3, 6})
    CHECK(steady_ns(stages_of("synthetic_gradients", modules, 1)) == 6440);
}

TEST_CASE("synthetic_gradients: far modules wait for targets every second iteration") {
  // h = 4000 between two modules: forward, there, 3000 above, back and T: 14220 for two
  // mini-batches, more than 2 x 5440.
  CHECK(steady_ns(stages_of("synthetic_gradients", 2, 1, 3900e-9)) == 14220 / 2);
}

TEST_CASE("synthetic_gradients: a synthesiser's layer costs what a layer of the model does") {
  // 7 mini-batches, 3 modules of which 2 have a synthesiser of 2 layers: 4 layers of 3 products
  // and 110 parameters more.
  const ClosedForm plain = form_of(stages_of("layer_parallel", 3, 7));
  const ClosedForm form = form_of(with_depth(3, 7, 2));
  for (const ComputeKind kind :
       {ComputeKind::forward, ComputeKind::backward_weight, ComputeKind::backward_input})
    CHECK(form.flops[kind] - plain.flops[kind] == 7 * 4 * 1000);
  CHECK(form.flops[ComputeKind::update] - plain.flops[ComputeKind::update] == 7 * 4 * 220);
  CHECK(form.bytes == plain.bytes);
  CHECK(form.messages == plain.messages);
}

TEST_CASE("synthetic_gradients: a synthesiser is as wide as its module's output") {
  // Layers of 10 x 40 and 40 x 10: one synthesiser of 40 x 40 with 1640 parameters; 2 x 5 x 1600.
  testing::RunOf run = stages_of("synthetic_gradients", 2, 1);
  run.mlp = {.layers = 2, .shapes = {{10, 40}, {40, 10}}};
  const Simulated simulated = simulate(run.setup());
  CHECK(simulated.flops[ComputeKind::forward] == 2 * 4000 + 16000);
  CHECK(simulated.flops[ComputeKind::update] == 2 * (440 + 410) + 2 * 1640);
  CHECK(form_of(run).flops == simulated.flops);
}

TEST_CASE(
    "synthetic_gradients: updates are never stale, and synthesisers are no part of the model") {
  const testing::RunOf run = stages_of("synthetic_gradients", 4, 9);
  CHECK(simulate(run.setup()).staleness_histogram == std::vector<std::int64_t>{4 * 9});
  CHECK(form_of(run).staleness.max == 0);
}

TEST_CASE(
    "synthetic_gradients: a synthesiser's parameters, and its activations of two mini-batches") {
  // Depth 2: input and output of the module, 2 of the synthesiser, and 3 of the mini-batch before.
  const Memory memory = form_of(with_depth(3, 7, 2)).memory;
  CHECK(memory.parameters == (1 + 2) * testing::stage_parameter_bytes);
  CHECK(memory.gradients == memory.parameters);
  CHECK(memory.activations == (2 + 2 + 3) * testing::message_bytes);
  CHECK(memory.versions == 0);
}

TEST_CASE("synthetic_gradients: one module needs no synthesiser and is SGD") {
  // f, 1000 back, u.
  testing::check_exact(with_depth(1, 4, 5), 4 * 2220);
}

TEST_CASE("synthetic_gradients: more modules than hosts is refused, with the pointer") {
  testing::RunOf run = stages_of("synthetic_gradients", 3, 1);
  run.mlp.layers = 8;
  run.options = {{"modules", std::int64_t{4}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/modules", "must be at most the number of hosts, 3, found 4"}});
}

}  // namespace lockstep::models
