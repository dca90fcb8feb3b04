// Pipelined back-propagation and SpecTrain against their papers.
#include "models/cost/algorithm.hpp"
#include "tests/models/stage_timeline.hpp"

namespace lockstep::models {

namespace {

using testing::check_exact;
using testing::form_of;
using testing::stages_of;
using testing::steady_ns;

testing::RunOf in_cycles(testing::RunOf run) {
  run.options = {{"schedule", std::string("cycles")}};
  return run;
}

}  // namespace

TEST_CASE("pipelined_backprop: two stages and three mini-batches") {
  // Stage 1: F0 1100-2100, B0 -4100, u -4320, F1 -5320, B1 -7320, u -7540, F2 -8540, B2 -10540.
  // Stage 0: F0 and F1 until 2000; gradients at 4200, 7420 and 10640; B0 -5200, u -5420, F2 -6420,
  // B1 7420-8420, u -8640, B2 10640-11640, u -11860.
  check_exact(stages_of("pipelined_backprop", 2, 3), 11860);
}

TEST_CASE("pipelined_backprop: a mini-batch takes f + d + u once the pipeline is full") {
  for (const int stages : {2, 3, 6}) {
    CHECK(steady_ns(stages_of("pipelined_backprop", stages, 1)) == 1000 + 2000 + 220);
    CHECK(steady_ns(in_cycles(stages_of("pipelined_backprop", stages, 1))) == 3220);
  }
}

TEST_CASE("pipelined_backprop: the slowest stage sets the pace") {
  // Layers of 10 x 10, 10 x 40 and 40 x 10, in two stages of which the first has two layers: per
  // mini-batch of 5 forward 1000 + 4000, back 1000 + 8000, u = 2 (110 + 440) = 1100; the second
  // has 4000, 8000 and 2 x 410 = 820.
  testing::RunOf run = stages_of("pipelined_backprop", 2, 1);
  run.mlp = {.layers = 3, .shapes = {{10, 10}, {10, 40}, {40, 10}}};
  CHECK(steady_ns(run) == 5000 + 9000 + 1100);
}

TEST_CASE("pipelined_backprop: latency stretches 1F1B and is hidden by cycles") {
  // h = 1000. With two stages a gradient of the second frees the first for a forward pass whose
  // result the second takes two mini-batches later: both passes of both stages, an update and two
  // hops, 2000 + 3000 + 220 + 2000 = 7220, for two mini-batches. In cycles it is three mini-batches
  // later: 7220 / 3 is less than 3220.
  const testing::RunOf run = stages_of("pipelined_backprop", 2, 1, 900e-9);
  CHECK(steady_ns(run) == 7220 / 2);
  CHECK(steady_ns(in_cycles(run)) == 3220);
}

TEST_CASE("pipelined_backprop: the closed form follows the loops of latency") {
  // As above, for 21 mini-batches: F0 at stage 0 and at stage 1 from 2000, F0 B0 there 3000, ten
  // loops of 7220, then back: 1000 + 1000 + 220. The simulation has no shorter and no longer way.
  testing::check_exact(stages_of("pipelined_backprop", 2, 21, 900e-9),
                       2000 + 3000 + 10 * 7220 + 2220);
}

TEST_CASE("pipelined_backprop: stage s of K makes K-1-s updates of its own between the passes") {
  for (const std::int64_t batches : {1, 2, 5, 30})
    check_staleness(stages_of("pipelined_backprop", 5, batches),
                    [](int stage) { return 4 - stage; });
}

TEST_CASE("pipelined_backprop: counted in cycles it is 2(K-s), as Petrowski and Chen have it") {
  for (const std::int64_t batches : {1, 2, 5, 30})
    check_staleness(in_cycles(stages_of("pipelined_backprop", 5, batches)),
                    [](int stage) { return 2 * (4 - stage); });
}

TEST_CASE("pipelined_backprop: one version of the parameters, K or 2K-1 mini-batches kept") {
  const testing::RunOf run = stages_of("pipelined_backprop", 4, 20);
  const Memory memory = form_of(run).memory;
  CHECK(memory.versions == 0);
  CHECK(memory.parameters == testing::stage_parameter_bytes);
  CHECK(memory.activations == 4 * 2 * testing::message_bytes);
  CHECK(form_of(in_cycles(run)).memory.activations == 7 * 2 * testing::message_bytes);
}

TEST_CASE("pipelined_backprop: more stages than hosts is refused, with the pointer") {
  testing::RunOf run = stages_of("pipelined_backprop", 3, 1);
  run.mlp.layers = 8;
  run.options = {{"stages", std::int64_t{4}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/stages", "must be at most the number of hosts, 3, found 4"}});
}

TEST_CASE("spectrain: two stages and one mini-batch") {
  // A prediction takes 2 x 110 ns. Stage 0: -220, F -1220, prediction -1440. Stage 1 predicts while
  // it waits; F 1320-2320, prediction -2540, B -4540. Stage 0: B 4640-5640, momentum 5 x 110 -6190.
  check_exact(stages_of("spectrain", 2, 1), 6190);
}

TEST_CASE("spectrain: a mini-batch takes f + d, two predictions and an update with momentum") {
  for (const int stages : {2, 3, 6})
    CHECK(steady_ns(stages_of("spectrain", stages, 1)) == 1000 + 2000 + 2 * 220 + 550);
}

TEST_CASE("spectrain: 2 FLOPs a parameter for each pass more than momentum SGD, and no message") {
  const ClosedForm plain = form_of(stages_of("pipelined_backprop", 3, 7));
  const ClosedForm form = form_of(stages_of("spectrain", 3, 7));
  // 3 stages of 110 parameters, 7 mini-batches: 5 for the update, 2 going forward, 2 going back.
  CHECK(form.flops[ComputeKind::update] == 7 * 330 * (5 + 2 + 2));
  CHECK(form.flops[ComputeKind::forward] == plain.flops[ComputeKind::forward]);
  CHECK(form.bytes == plain.bytes);
  CHECK(form.messages == plain.messages);
}

TEST_CASE("spectrain: one stage predicts nothing and is momentum SGD") {
  const ClosedForm form = form_of(stages_of("spectrain", 1, 4));
  CHECK(form.flops[ComputeKind::update] == 4 * 110 * 5);
  CHECK(form.memory.versions == testing::stage_parameter_bytes);  // velocity
  check_exact(stages_of("spectrain", 1, 4), 4 * (1000 + 1000 + 550));
}

TEST_CASE("spectrain: nominal staleness is that of the pipeline; predictions are no updates") {
  for (const std::int64_t batches : {1, 3, 20})
    check_staleness(stages_of("spectrain", 4, batches), [](int stage) { return 3 - stage; });
}

TEST_CASE("spectrain: velocity and predicted parameters beside one version") {
  const Memory memory = form_of(stages_of("spectrain", 4, 20)).memory;
  CHECK(memory.versions == 2 * testing::stage_parameter_bytes);
  CHECK(memory.activations == 4 * 2 * testing::message_bytes);
}

}  // namespace lockstep::models
