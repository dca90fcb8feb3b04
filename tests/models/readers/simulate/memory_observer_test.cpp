// What ranks hold, as the simulation follows it, against closed forms and by hand.
#include "models/readers/simulate/memory_observer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/readers/simulate/recording.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

struct Followed {
  std::vector<MemorySample> samples;
  std::vector<HeldBytes> most;  // of each worker, of either at any time
  std::int64_t left = 0;        // activations at the end, of all workers
};

Followed followed(const Setup& setup) {
  Recording recording(1'000'000, setup.ranks());
  recording.keep_memory();
  REQUIRE(simulate(setup, {}, {.recording = &recording}).outcome.finished());
  REQUIRE(recording.memory()->resolution() == Picoseconds{});
  const auto workers = static_cast<std::size_t>(setup.workers);
  Followed result{recording.memory()->samples(), std::vector<HeldBytes>(workers)};
  std::vector<std::int64_t> last(workers);
  for (const MemorySample& sample : result.samples) {
    CHECK(sample.held.activations >= 0);
    CHECK(sample.held.messages >= 0);
    if (setup.is_server(sample.rank)) continue;
    const auto worker = static_cast<std::size_t>(sample.rank);
    HeldBytes& most = result.most[worker];
    most.activations = std::max(most.activations, sample.held.activations);
    most.messages = std::max(most.messages, sample.held.messages);
    last[worker] = sample.held.activations;
  }
  result.left = std::accumulate(last.begin(), last.end(), std::int64_t{0});
  return result;
}

}  // namespace

// The worker that needs most memory in all may not be the one with most activations.
TEST_CASE(
    "held memory: closed forms have the activations that a worker holds at most, of any kind") {
  for (const Algorithm* algorithm : algorithms()) {
    testing::RandomRuns random(std::string(algorithm->kind), 21);
    for (int i = 0; i < 120; ++i) {
      const testing::RunOf run = random.next();
      const Result<Setup> setup = run.result();
      if (!setup.ok()) continue;
      CAPTURE(algorithm->kind);
      CAPTURE(i);
      CAPTURE(setup->workers);
      const Followed held = followed(*setup);
      const ClosedForm form = closed_form_of(*setup);
      CHECK(std::ranges::any_of(held.most, [&](const HeldBytes& most) {
        return Count{most.activations} == form.memory.activations;
      }));
      CHECK(held.left == 0);
    }
  }
}

// The fixture's model has 3 layers of 64 neurons, its workers 8 samples each.
TEST_CASE(
    "held memory: one worker fills its activations going forward, and frees them going back") {
  const Followed held = followed(testing::RunOf{.kind = "sgd"}.setup());
  std::vector<std::int64_t> bytes;
  for (const MemorySample& sample : held.samples)
    bytes.push_back(sample.held.activations / (8 * 64 * 4));
  // An input and an output, two more outputs; the last layer's gradients use its input, and its
  // output is gone with it. Of the first layer there are no gradients by the input.
  CHECK(bytes == std::vector<std::int64_t>{2, 3, 4, 2, 1, 0});
  CHECK(held.most[0].messages == 0);
}

TEST_CASE("held memory: a message is held until it is folded") {
  testing::RunOf run{.kind = "sync_sgd"};
  run.hosts = 2;
  // Halves of the gradients, folded one at a time.
  CHECK(followed(run.setup()).most[0].messages == 3 * (64 * 64 + 64) / 2 * 4);
}

TEST_CASE("held memory: 1F1B holds a micro-batch fewer from stage to stage, GPipe all of them") {
  const auto by_stage = [](const char* kind) {
    testing::RunOf run{.kind = kind, .options = {{"micro_batches", std::int64_t{8}}}};
    run.hosts = 4;
    run.mlp.layers = 4;
    run.training = {.batch_is_global = true, .batch = 8, .iterations = 2};
    std::vector<std::int64_t> most(4);
    for (const MemorySample& sample : followed(run.setup()).samples) {
      std::int64_t& mine = most[static_cast<std::size_t>(sample.rank)];
      mine = std::max(mine, sample.held.activations / (2 * 64 * 4));
    }
    return most;
  };
  CHECK(by_stage("gpipe") == std::vector<std::int64_t>{8, 8, 8, 8});
  CHECK(by_stage("pipeline_1f1b") == std::vector<std::int64_t>{4, 3, 2, 1});
}

TEST_CASE("held memory: with too little room, what a stretch holds most and last stays") {
  MemoryOverTime memory(64, 1);
  for (std::int64_t time = 0; time < 1000; ++time)
    memory.add({Picoseconds{time}, 0, {time == 500 ? 1'000 : time % 10, 0}});
  CHECK(memory.all() == 1000);
  CHECK(memory.samples().size() <= 64);
  CHECK(memory.resolution() > Picoseconds{});
  CHECK(memory.samples().back().held.activations == 9);
  const auto most = std::ranges::max_element(
      memory.samples(), {}, [](const MemorySample& sample) { return sample.held.activations; });
  CHECK(most->since == Picoseconds{500});
  for (std::size_t i = 1; i < memory.samples().size(); ++i)
    CHECK(memory.samples()[i - 1].since < memory.samples()[i].since);
}

}  // namespace lockstep::models
