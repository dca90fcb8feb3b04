// ZB-V, DualPipe and DualPipeV against what their authors publish of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/passes.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/measured_pipeline.hpp"
#include "tests/models/pass_letters.hpp"

namespace lockstep::models {

namespace {

using testing::measured_pipeline;
using testing::most_in_flight;
using testing::schedule;

// Two layers a chunk of 1,000 x 1,000: products of 1 us for a micro-batch of one sample, messages
// that take as good as nothing, unless `bytes_per_s` says otherwise.
testing::RunOf of_layers(const char* kind, int ranks, std::int64_t micro_batches) {
  testing::RunOf run;
  run.kind = kind;
  run.topology = "fully_connected";
  run.hosts = ranks;
  run.bytes_per_s = 1e16;
  run.latency_s = 0;
  run.device.launch_overhead_s = 0;
  run.device.flops_per_s = 2e12;
  run.mlp = {.layers = 16, .width = 1000};
  run.training.batch_is_global = true;
  run.training.batch = micro_batches;
  run.options = {{"micro_batches", micro_batches}};
  return run;
}

}  // namespace

TEST_CASE("zb_v: the schedule of two ranks and four micro-batches") {
  // Three forwards of the first chunk, then f B... until all is busy; Ws last where a B waits.
  CHECK(schedule("zb_v", 2, 4) ==
        std::vector<std::string>{"FFFfbwfbwFBWfbwBWfbwBWBW", "FfFfbwFBWfbwFBWfbwBbBWwW"});
}

TEST_CASE("dualpipe_v: the schedule of two ranks and four micro-batches") {
  // A forward of one chunk goes with the backward of the other, whose B and W are one pass.
  CHECK(schedule("dualpipe_v", 2, 4) ==
        std::vector<std::string>{"FFFfbwfFbwfBWbwfBWbwBWBW", "FfFfFbwfBWFbwfBWbwBWbBwW"});
}

TEST_CASE("zb_v: no bubble where F, B and W take equally long, from two micro-batches a rank on") {
  for (const int ranks : {1, 2, 3, 4, 8})
    for (const std::int64_t each : {2, 3, 10}) {
      const auto run = measured_pipeline("zb_v", {ranks, each * ranks, 2, 2, 2, 0});
      CAPTURE(ranks);
      CHECK(simulate(run.setup()).bubble_rate.value() == doctest::Approx(0));
    }
}

TEST_CASE("zb_v: activations of as many micro-batches as there are ranks, as 1F1B") {
  // Table 1 of arXiv:2405.15362: p micro-batches for V-ZB and for 1F1B. A chunk is half of one.
  for (const int ranks : {1, 2, 5, 8})
    for (const std::string& letters : schedule("zb_v", ranks, 4 * ranks))
      CHECK(most_in_flight(letters) == 2 * ranks);
}

TEST_CASE("dualpipe_v: the published bubble, (PP / 2 - 1) (F&B + B - 3 W), with equal times") {
  // The table of github.com/deepseek-ai/DualPipe, by chunks: PP = 2 K of them on K ranks; F = B's
  // parts = W = 1 ms, and a device that does one thing at a time has F&B = F + B.
  for (const int ranks : {1, 2, 3, 4, 8})
    for (const std::int64_t micro_batches : {2 * ranks, 5 * ranks}) {
      const auto run = measured_pipeline("dualpipe_v", {ranks, micro_batches, 2, 2, 2, 0});
      const double bubble_ms = (ranks - 1) * (3.0 + 2 - 3);
      const double all_ms = static_cast<double>(6 * micro_batches) + bubble_ms;
      CAPTURE(ranks);
      CHECK(simulate(run.setup()).makespan.seconds() == doctest::Approx(1e-3 * all_ms));
    }
}

TEST_CASE("dualpipe_v: activations of PP + 1 chunks, as published") {
  for (const int ranks : {1, 2, 4, 7}) {
    std::int64_t most = 0;
    for (const std::string& letters : schedule("dualpipe_v", ranks, 4 * ranks))
      most = std::max(most, most_in_flight(letters));
    CHECK(most == 2 * ranks + 1);
  }
}

TEST_CASE("two chunks: memory is what the schedule has in flight, however few micro-batches") {
  for (const char* kind : {"zb_v", "dualpipe_v"})
    for (const int ranks : {1, 2, 5})
      for (const std::int64_t micro_batches : {1, 2, 4, 7, 20}) {
        testing::RunOf run = measured_pipeline(kind, {ranks, micro_batches, 1, 1, 1, 0});
        for (MeasuredStage& stage : run.measured) stage.activation_bytes = 1;
        std::int64_t most = 0;
        for (const std::string& letters : schedule(kind, ranks, micro_batches))
          most = std::max(most, most_in_flight(letters));
        CAPTURE(kind);
        CAPTURE(ranks);
        CHECK(find_algorithm(kind)->closed_form(run.setup()).memory.activations == most);
      }
}

TEST_CASE("dualpipe: DualPipeV on half the ranks with half the micro-batches, but for the sum") {
  for (const int ranks : {2, 4, 8}) {
    const auto two_ways = of_layers("dualpipe", ranks, 4 * ranks);
    const auto folded = of_layers("dualpipe_v", ranks / 2, 2 * ranks);
    const Setup setup = two_ways.setup();
    const Simulated run = simulate(setup);
    // Of both chunks of a rank, half is folded.
    const std::int64_t mine = setup.mlp.parameters() / (ranks / 2);
    const double fold_seconds = fold_s(setup, 0, setup.mlp.scalars(ScalarKind::gradient, mine / 2));
    CAPTURE(ranks);
    CHECK(run.makespan.seconds() ==
          doctest::Approx(simulate(folded.setup()).makespan.seconds() + fold_seconds));
    // Twice the parameters of a rank of `ranks` stages; on half the ranks they are there once.
    CHECK(find_algorithm("dualpipe")->closed_form(setup).memory.parameters ==
          find_algorithm("dualpipe_v")->closed_form(folded.setup()).memory.parameters);
  }
}

TEST_CASE("two chunks: without contention the closed form is the simulation, messages included") {
  for (const char* kind : {"zb_v", "dualpipe_v", "dualpipe"})
    for (const std::int64_t micro_batches : {2, 6, 16}) {
      auto run = of_layers(kind, 4, micro_batches);
      run.bytes_per_s = 1e9;
      run.latency_s = 1e-6;
      run.training.iterations = 3;
      const Setup setup = run.setup();
      const ClosedForm form = find_algorithm(kind)->closed_form(setup);
      CAPTURE(kind);
      CAPTURE(micro_batches);
      CHECK(form.claim == TimeClaim::exact);
      CHECK(simulate(setup).makespan.seconds() ==
            doctest::Approx(form.makespan.seconds()).epsilon(1e-9));
    }
}

TEST_CASE("two chunks: what cannot be is said") {
  const auto faults_of = [](const testing::RunOf& run) {
    std::string all;
    const Result<Setup> result = run.result();
    for (const auto& fault : result.faults()) all += fault.pointer + " " + fault.message + "\n";
    return all;
  };
  CHECK(faults_of(of_layers("dualpipe", 3, 6)).find("must be even for dualpipe, found 3") !=
        std::string::npos);
  CHECK(faults_of(of_layers("dualpipe", 4, 5)).find("half of them for each direction, found 5") !=
        std::string::npos);
  CHECK(faults_of(of_layers("zb_v", 9, 9)).find("at most 8 for two chunks of the 16 layers") !=
        std::string::npos);
  CHECK(faults_of(measured_pipeline("dualpipe", {4, 8, 1, 1, 1, 0})).find("needs layers") !=
        std::string::npos);
}

}  // namespace lockstep::models
