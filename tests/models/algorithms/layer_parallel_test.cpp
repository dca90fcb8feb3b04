// Layer-wise model parallelism: one stage after another.
#include "models/cost/algorithm.hpp"
#include "tests/models/random_run.hpp"
#include "tests/models/stage_timeline.hpp"

namespace lockstep::models {

using testing::check_exact;
using testing::stages_of;

TEST_CASE("layer_parallel: stages one after another, forward and back") {
  // Two stages: f, h, f, d, h, 1000 and u: 1000 + 100 + 1000 + 2000 + 100 + 1000 + 220 = 5420.
  check_exact(stages_of("layer_parallel", 2, 1), 5420);
  // Three: 3 f + 2 h forward, 2000 + h + 2000 + h + 1000 back, u: 8620; the next starts after it.
  check_exact(stages_of("layer_parallel", 3, 1), 8620);
  check_exact(stages_of("layer_parallel", 3, 4), 4 * 8620);
}

TEST_CASE("layer_parallel: the next mini-batch waits for a stage whose update takes longest") {
  // Layers of 2 x 2 and 2 x 1000, one sample: f = 8 and 4000; back in 8 and 8000; u = 12 and
  // 2 x 3000 = 6000. A message of 8 bytes takes next to nothing. The second stage starts at 8 and
  // needs 4000 + 8000 + 6000 = 18000 an iteration; the first has updated 21 after its gradient
  // left.
  testing::RunOf run = stages_of("layer_parallel", 2, 2);
  run.bytes_per_s = 1e12;
  run.mlp = {.layers = 2, .shapes = {{2, 2}, {2, 1000}}};
  run.training.batch = 1;
  check_exact(run, 8 + 2 * 18000);
}

TEST_CASE("layer_parallel: is GPipe with one micro-batch, in time and counts") {
  testing::RandomRuns runs("layer_parallel", 31);
  int compared = 0;
  for (int i = 0; i < 300; ++i) {
    testing::RunOf run = runs.next();
    if (!run.result().ok()) continue;
    const Simulated whole = simulate(run.setup());
    run.kind = "gpipe";
    run.options.emplace_back("micro_batches", std::int64_t{1});
    const Simulated gpipe = simulate(run.setup());
    CHECK(whole.makespan == gpipe.makespan);
    CHECK(whole.flops == gpipe.flops);
    CHECK(whole.bytes == gpipe.bytes);
    CHECK(whole.messages == gpipe.messages);
    ++compared;
  }
  CHECK(compared > 100);
}

TEST_CASE("layer_parallel: 2 (K - 1) messages of all activations a mini-batch") {
  // Each border is crossed forward and back.
  for (const int stages : {1, 2, 5}) {
    const Simulated run = simulate(stages_of("layer_parallel", stages, 3).setup());
    CHECK(run.messages == 3 * 2 * (stages - 1));
    CHECK(run.bytes == 3 * 2 * (stages - 1) * testing::message_bytes);
  }
}

TEST_CASE("layer_parallel: a stage keeps its part of the model and one mini-batch") {
  const Memory memory = testing::form_of(stages_of("layer_parallel", 3, 5)).memory;
  // Input and output of the layer. The gradient of the output comes from the next stage. There is
  // no further mini-batch whose input could arrive beside the one that is kept.
  CHECK(memory == Memory{.parameters = testing::stage_parameter_bytes,
                         .gradients = testing::stage_parameter_bytes,
                         .activations = 2 * testing::message_bytes,
                         .buffers = testing::message_bytes});
}

TEST_CASE("layer_parallel: more stages than hosts and layers is refused, with the pointer") {
  testing::RunOf run = stages_of("layer_parallel", 4, 1);
  run.options = {{"stages", std::int64_t{5}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/stages", "must be at most the number of hosts, 4, found 5"},
               {"/algorithm/stages",
                "must be at most the number of layers of the model, 4, found 5"}});
}

TEST_CASE("layer_parallel: the bubble leaves each of K equal stages a K-th of the time") {
  // The first stage works 1000 forward and 1000 back from 0 to 8400, each of the others 3000; the
  // busiest counts.
  const Simulated run = simulate(stages_of("layer_parallel", 3, 1).setup());
  CHECK(run.bubble_rate.value() == doctest::Approx(1 - 3000.0 / 8400));
}

}  // namespace lockstep::models
