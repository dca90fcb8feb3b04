// Pipelines whose stages were measured, in place of layers on devices.
#include <doctest/doctest.h>

#include <cmath>

#include "models/algorithms/registry.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"
#include "tests/models/measured_pipeline.hpp"

namespace lockstep::models {

namespace {

using testing::measured_pipeline;
using testing::RunOf;

Picoseconds random_span(sim::RandomStream& random) {
  return {static_cast<std::int64_t>(1e9 * random.uniform())};
}

// Stages alike or each with times of its own; with and without a measured send.
RunOf random_run(const Algorithm& algorithm, sim::RandomStream& random) {
  const auto stages = static_cast<int>(1 + random.below(8));
  const auto micro_batches = static_cast<std::int64_t>(1 + random.below(20));
  RunOf run = measured_pipeline(algorithm.kind.data(), {stages, micro_batches, 1, 1, 1, 0});
  run.sharing = static_cast<Sharing>(random.below(3));
  run.latency_s = 1e-4 * random.uniform();
  run.training.iterations = static_cast<std::int64_t>(1 + random.below(3));
  const bool alike = random.below(2) == 0;
  const bool sends = random.below(2) == 0;
  for (MeasuredStage& stage : run.measured) {
    stage.forward = random_span(random);
    stage.backward_input = random_span(random);
    stage.backward_weight = random_span(random);
    stage.send = random_span(random);
    if (!sends) stage.send.reset();
    stage.activation_bytes = static_cast<std::int64_t>(random.below(1'000'000));
    if (alike) stage = run.measured.front();
  }
  return run;
}

}  // namespace

TEST_CASE("measured stages: closed forms and their claims hold for every pipeline") {
  sim::RandomStream random(21, 0);
  for (const Algorithm* algorithm : algorithms()) {
    if (!algorithm->pipeline || algorithm->needs_layers) continue;
    int accepted = 0;
    for (int i = 0; i < 300; ++i) {
      const Result<Setup> drawn = random_run(*algorithm, random).result();
      if (!drawn.ok()) continue;  // a schedule may need micro-batches that divide
      ++accepted;
      const Setup& setup = *drawn;
      const ClosedForm form = algorithm->closed_form(setup);
      const Simulated run = simulate(setup);
      REQUIRE(run.outcome.finished());
      CHECK(run.flops.total() == 0);
      CHECK(form.flops == run.flops);
      CHECK(form.bytes == run.bytes);
      CHECK(form.messages == run.messages);
      const double tolerance_s =
          1e-9 * run.makespan.seconds() + 1e-12 * static_cast<double>(run.events);
      const double over_s = run.makespan.seconds() - form.makespan.seconds();
      CAPTURE(algorithm->kind);
      if (form.claim == TimeClaim::exact) CHECK(std::abs(over_s) <= tolerance_s);
      if (form.claim == TimeClaim::lower_bound) CHECK(over_s >= -tolerance_s);
    }
    CHECK(accepted > 60);
  }
}

TEST_CASE("measured stages: a message takes as long as its sender says, and uses no link") {
  // Two stages, one micro-batch: forward 1 ms, 4 ms on the way, forward 2 ms, back 3 + 5 ms, 6 ms
  // on the way, back 7 + 11 ms: 39 ms. Both messages have the first stage's 100 bytes.
  RunOf run = measured_pipeline("gpipe", {2, 1, 1, 7, 11, 4});
  run.measured[0].activation_bytes = 100;
  run.measured[1] = {
      {2'000'000'000}, {3'000'000'000}, {5'000'000'000}, Picoseconds{6'000'000'000}, 0, 999};
  const Simulated simulated = simulate(run.setup());
  CHECK(simulated.makespan == Picoseconds{39'000'000'000});
  CHECK(simulated.bytes == 200);
  CHECK(simulated.messages == 2);
  CHECK(simulated.channels.empty());
}

TEST_CASE("measured stages: without a send, the network carries the activations") {
  // 1 MB over links of 1 GB/s and two hops of 10 us: 1.02 ms each way; 2 x (1 + 2 + 3) ms computed.
  RunOf run = measured_pipeline("pipeline_1f1b", {2, 1, 1, 2, 3, 0});
  run.bytes_per_s = 1e9;
  for (MeasuredStage& stage : run.measured) {
    stage.send.reset();
    stage.activation_bytes = 1'000'000;
  }
  const Simulated simulated = simulate(run.setup());
  CHECK(simulated.makespan.seconds() == doctest::Approx(14.04e-3));
  CHECK_FALSE(simulated.channels.empty());
}

TEST_CASE("measured stages: memory is parameters, gradients, and a message for each micro-batch") {
  // 1F1B's first of 8 stages keeps min(M, K) = 8 micro-batches, and has room for a gradient from
  // the second. That one keeps 7, with room for an input too: as much, and of equals the first
  // counts.
  RunOf run = measured_pipeline("pipeline_1f1b", testing::zero_bubble_p8_m24);
  for (MeasuredStage& stage : run.measured) {
    stage.parameter_bytes = 1000;
    stage.activation_bytes = 10;
  }
  const Memory memory = find_algorithm("pipeline_1f1b")->closed_form(run.setup()).memory;
  CHECK(
      memory ==
      Memory{
          .parameters = 1000, .gradients = 1000, .activations = 80, .versions = 0, .buffers = 10});
}

TEST_CASE(
    "measured stages: a pipeline that is never flushed goes at the pace of its slowest stage") {
  // Forward and backward in ms: 1 + 5, 2 + 7, 1 + 5. A mini-batch more takes the slowest stage 9 ms
  // more (three micro-batches 27). Modules go forward one after another and back at once: 4 + 7;
  // with replay all but the last go forward again first: 4 + 2 + 7.
  struct Pace {
    const char* kind;
    std::int64_t micro_batches;
    std::int64_t mini_batch_ms;
  };
  for (const Pace& pace :
       {Pace{"pipelined_backprop", 1, 9}, Pace{"spectrain", 1, 9}, Pace{"pipedream", 1, 9},
        Pace{"pipedream_2bw", 3, 27}, Pace{"ddg", 1, 11}, Pace{"features_replay", 1, 13}}) {
    CAPTURE(pace.kind);
    RunOf run = measured_pipeline(pace.kind, {3, pace.micro_batches, 1, 2, 3, 0});
    run.measured[1].forward = {2'000'000'000};
    run.measured[1].backward_weight = {5'000'000'000};
    run.training.iterations = 20;
    const Picoseconds twenty = simulate(run.setup()).makespan;
    run.training.iterations = 21;
    const Picoseconds more = simulate(run.setup()).makespan - twenty;
    CHECK(more == Picoseconds{pace.mini_batch_ms * 1'000'000'000});
  }
}

}  // namespace lockstep::models
