// Delayed gradients (DDG) and Features Replay against their papers.
#include "models/cost/algorithm.hpp"
#include "tests/models/stage_timeline.hpp"

namespace lockstep::models {

using testing::check_exact;
using testing::form_of;
using testing::stages_of;
using testing::steady_ns;

TEST_CASE("ddg: three modules and four mini-batches") {
  // Forward 3 f + 2 h = 3200. Steps 0, 1 and 2 go back with the last module, the last two, and all:
  // 2000 + 220 each. Step 3 goes forward until 3 x 5420 + 3200 = 19460. From there: module 3 has
  // sent its last gradient at 2000. Module 2 ends at 2220 and goes back with that one until 4220.
  // Module 1 gets the gradient before it at 2100 and ends at 3320, and the last one at 4320:
  // 1000 + 220 more are 5540.
  check_exact(stages_of("ddg", 3, 4), 19460 + 5540);
}

TEST_CASE("ddg: an iteration takes the sum of forward passes and the longest backward pass") {
  // And its update; the messages back are hidden by the forward pass.
  for (const int modules : {2, 3, 6})
    CHECK(steady_ns(stages_of("ddg", modules, 1)) ==
          modules * 1000 + (modules - 1) * 100 + 2000 + 220);
}

TEST_CASE("ddg: fewer mini-batches than modules") {
  // One: forward 4 f + 3 h, then back through 4 modules as in layer-wise parallelism.
  check_exact(stages_of("ddg", 4, 1), 4300 + 3 * 2100 + 1000 + 220);
}

TEST_CASE("ddg: module m of K uses gradients K-m of its own updates old") {
  for (const std::int64_t batches : {1, 2, 5, 30})
    check_staleness(stages_of("ddg", 5, batches), [](int module) { return 4 - module; });
}

TEST_CASE("ddg: module m keeps K-m+1 versions and mini-batches; every mini-batch is used once") {
  const ClosedForm form = form_of(stages_of("ddg", 4, 20));
  CHECK(form.memory.versions == 3 * testing::stage_parameter_bytes);
  CHECK(form.memory.activations == 4 * 2 * testing::message_bytes);
  CHECK(form.flops == form_of(stages_of("layer_parallel", 4, 20)).flops);
  CHECK(form.messages == 20 * 2 * 3);
}

TEST_CASE("ddg: more modules than hosts and layers is refused, with the pointer") {
  testing::RunOf run = stages_of("ddg", 4, 1);
  run.options = {{"modules", std::int64_t{5}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/modules", "must be at most the number of hosts, 4, found 5"},
               {"/algorithm/modules",
                "must be at most the number of layers of the model, 4, found 5"}});
  run = stages_of("features_replay", 4, 1);
  run.mlp.layers = 3;
  CHECK(run.result().faults() ==
        Faults{
            {"/algorithm/modules",
             "must be at most the number of layers of the model, 3, found 4 (one for each host)"}});
}

TEST_CASE("features_replay: three modules and four mini-batches") {
  // Forward 3200 a step. Module 3 goes back in 2000 + 220, module 2 replays too, 3000 + 220, and
  // so does module 1, 2000 + 220. Steps 0 to 2 take 5420, 6420 and 6420; step 3 is forward at
  // 21460. From there: module 3 sends at 2000, module 2 at 3000 and, with the gradient of module 3,
  // from 3220 until 6220. Module 1 goes back from 3100 until 5320 and from 6320: 2220 more are
  // 8540.
  check_exact(stages_of("features_replay", 3, 4), 21460 + 8540);
}

TEST_CASE(
    "features_replay: an iteration takes the forward passes and the longest replay and back") {
  for (const int modules : {3, 6})
    CHECK(steady_ns(stages_of("features_replay", modules, 1)) ==
          modules * 1000 + (modules - 1) * 100 + 1000 + 2000 + 220);
}

TEST_CASE("features_replay: all modules but the last compute forward twice") {
  const ClosedForm form = form_of(stages_of("features_replay", 4, 20));
  const ClosedForm delayed = form_of(stages_of("ddg", 4, 20));
  CHECK(form.flops[ComputeKind::forward] == 20 * 1000 * (4 + 3));
  CHECK(form.flops.total() - delayed.flops.total() == 20 * 1000 * 3);
  CHECK(form.bytes == delayed.bytes);
}

TEST_CASE("features_replay: one version of the parameters, and of mini-batches K-m+1 inputs") {
  // Module 1 of 4: 4 inputs, of which the one that it replays has its output beside it.
  const Memory memory = form_of(stages_of("features_replay", 4, 20)).memory;
  CHECK(memory.versions == 0);
  CHECK(memory.activations == (4 + 1) * testing::message_bytes);
}

TEST_CASE("features_replay: module m of K uses gradients K-m of its own updates old") {
  for (const std::int64_t batches : {1, 2, 5, 30})
    check_staleness(stages_of("features_replay", 5, batches),
                    [](int module) { return 4 - module; });
}

}  // namespace lockstep::models
