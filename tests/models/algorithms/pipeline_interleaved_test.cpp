// Interleaved 1F1B against its paper, arXiv:2104.04473.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "models/cost/passes.hpp"
#include "models/readers/simulate/numbers.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

struct Shape {
  int stages;
  std::int64_t chunks;
  std::int64_t micro_batches;
};

// Two layers a chunk, micro-batches of 8 samples of width 64 at 1 TFLOP/s, no overhead: a product
// takes 2 x 8 x 64^2 / 1e12 s = 65.536 ns; messages of 2 KiB take as good as nothing.
constexpr double one_product_s = 65.536e-9;

testing::RunOf interleaved(const Shape& shape) {
  testing::RunOf run;
  run.kind = "pipeline_interleaved";
  run.topology = "fully_connected";
  run.hosts = shape.stages;
  run.bytes_per_s = 1e16;
  run.latency_s = 0;
  run.device.launch_overhead_s = 0;
  run.mlp.layers = 2 * shape.stages * shape.chunks;
  run.training.batch_is_global = true;
  run.training.batch = 8 * shape.micro_batches;
  run.options = {{"micro_batches", shape.micro_batches}, {"chunks", shape.chunks}};
  return run;
}

double update_s(const testing::RunOf& run, const Shape& shape) {
  return 2 * static_cast<double>(2 * shape.chunks * run.mlp.parameters_of_layer(0)) / 1e12;
}

// What each stage computes: "F0.2" is forward through its chunk 0 of micro-batch 2. And the most
// activations that each keeps, in bytes.
struct Recorded {
  std::vector<std::vector<std::string>> turns;
  std::vector<Count> most;
};

class Recorder : public Numbers {
 public:
  Recorder(const Setup& setup, const Shape& shape)
      : setup_(&setup),
        blocks_(shape.stages * shape.chunks),
        samples_(setup.global_batch / shape.micro_batches),
        kept_(static_cast<std::size_t>(setup.workers)) {
    recorded_.turns.resize(kept_.size());
    recorded_.most.resize(kept_.size());
  }
  [[nodiscard]] std::uint32_t copy_of(Rank /*rank*/, const Payload& /*payload*/) override {
    return 0;
  }
  void carried_out(Rank rank, const Operation& operation) override {
    const auto* compute = std::get_if<Compute>(&operation);
    if (compute == nullptr || compute->kind == ComputeKind::backward_input) return;
    for (std::int64_t block = rank; block < blocks_; block += setup_->workers)
      note(static_cast<std::size_t>(rank), *compute, block);
  }
  [[nodiscard]] const Recorded& recorded() const { return recorded_; }

 private:
  // A block's turn is noted with the product of its first layer, which it has once.
  void note(std::size_t rank, const Compute& compute, std::int64_t block) {
    const LayerRange layers =
        layers_of_stage(setup_->mlp, static_cast<int>(blocks_), static_cast<int>(block));
    if (compute.layer != layers.first) return;
    const bool forward = compute.kind == ComputeKind::forward;
    recorded_.turns[rank].push_back(
        fmt::format("{}{}.{}", forward ? "F" : "B", block / setup_->workers, compute.micro_batch));
    const Count bytes = stashed_bytes(setup_->mlp, layers, samples_);
    if (forward) kept_[rank] += bytes;
    recorded_.most[rank] = std::max(recorded_.most[rank], kept_[rank]);
    if (!forward) kept_[rank] -= bytes;
  }

  const Setup* setup_;
  std::int64_t blocks_;
  std::int64_t samples_;
  std::vector<Count> kept_;
  Recorded recorded_;
};

Recorded recorded(const testing::RunOf& run, const Shape& shape) {
  const Setup setup = run.setup();
  Recorder recorder(setup, shape);
  REQUIRE(simulate(setup, {}, {.numbers = &recorder}).outcome.finished());
  return recorder.recorded();
}

// What arrives while a stage computes: the largest input of its chunks, from the stage before, and
// the gradient of the largest output, as large as the input of the block after it, from the stage
// after. Of two stages both are the same one, and the bound still has room for both messages. The
// first block has no input from another stage, the last one's gradient begins there.
Count arriving_bytes(const Setup& setup, const Shape& shape, int stage) {
  const auto blocks = static_cast<int>(shape.stages * shape.chunks);
  const std::int64_t samples = setup.global_batch / shape.micro_batches;
  const auto input_bytes = [&](int block) {
    const LayerRange layers = layers_of_stage(setup.mlp, blocks, block);
    return stashed_bytes(setup.mlp, {layers.first, 0}, samples);
  };
  Count input = 0;
  Count gradient = 0;
  for (int block = stage; block < blocks; block += shape.stages) {
    if (block > 0) input = std::max(input, input_bytes(block));
    if (block + 1 < blocks) gradient = std::max(gradient, input_bytes(block + 1));
  }
  return input + gradient;
}

}  // namespace

TEST_CASE("pipeline_interleaved: M (f + d) + (K - 1) (f + d) / v without communication") {
  // A chunk takes 2 + 4 products, so f + d is 6 v of them. Going back, the path ends in the first
  // chunk, which saves one.
  for (const Shape& shape : {Shape{2, 2, 4}, Shape{4, 2, 8}, Shape{4, 3, 4}, Shape{3, 4, 12}}) {
    const testing::RunOf run = interleaved(shape);
    const auto chunk_turns =
        static_cast<double>(shape.micro_batches * shape.chunks + shape.stages - 1);
    const Setup setup = run.setup();
    const Simulated simulated = simulate(setup);
    CHECK(simulated.makespan.seconds() ==
          doctest::Approx(chunk_turns * 6 * one_product_s - one_product_s + update_s(run, shape))
              .epsilon(1e-4));
    CHECK(closed_form_of(setup).makespan.seconds() ==
          doctest::Approx(simulated.makespan.seconds()).epsilon(1e-4));
  }
}

TEST_CASE("pipeline_interleaved: the bubble is (K - 1) / (v M) of the ideal time") {
  // The ideal time is M v chunks of 6 products at the last stage.
  for (const Shape& shape : {Shape{4, 1, 16}, Shape{4, 2, 16}, Shape{4, 4, 16}}) {
    const testing::RunOf run = interleaved(shape);
    const double ideal_s =
        static_cast<double>(shape.micro_batches * shape.chunks) * 6 * one_product_s;
    const double makespan_s = simulate(run.setup()).makespan.seconds();
    const double bubble_s = makespan_s - update_s(run, shape) + one_product_s - ideal_s;
    const double paper =
        (shape.stages - 1) / static_cast<double>(shape.chunks * shape.micro_batches);
    CHECK(bubble_s / ideal_s == doctest::Approx(paper).epsilon(1e-3));
  }
}

TEST_CASE("pipeline_interleaved: with one chunk a stage it is pipeline_1f1b") {
  testing::RandomRuns runs("pipeline_1f1b", 21);
  int compared = 0;
  for (int i = 0; i < 400; ++i) {
    testing::RunOf run = runs.next();
    const Result<Setup> plain = run.result();
    run.kind = "pipeline_interleaved";
    run.options.emplace_back("chunks", std::int64_t{1});
    const Result<Setup> one_chunk = run.result();
    if (!one_chunk.ok()) continue;
    ++compared;
    const Simulated expected = simulate(*plain);
    const Simulated found = simulate(*one_chunk);
    CHECK(found.makespan == expected.makespan);
    CHECK(found.flops == expected.flops);
    CHECK(found.bytes == expected.bytes);
    CHECK(found.messages == expected.messages);
    CHECK(closed_form_of(*one_chunk).memory == closed_form_of(*plain).memory);
  }
  CHECK(compared > 50);
}

TEST_CASE("pipeline_interleaved: v chunks cross (K v - 1) / (K - 1) times as many borders") {
  // 4 stages, 8 micro-batches of 8 samples of width 64: 2048 bytes a message. One chunk: 3 borders,
  // there and back; three chunks: 11.
  for (const auto& [chunks, borders] : {std::pair{1, 3}, std::pair{3, 11}}) {
    testing::RunOf run = interleaved({4, 3, 8});
    run.options.back().second = std::int64_t{chunks};
    const Simulated simulated = simulate(run.setup());
    CHECK(simulated.messages == 2 * 8 * borders);
    CHECK(simulated.bytes == 2 * 8 * borders * 2048);
  }
}

TEST_CASE("pipeline_interleaved: the schedule of two stages, two chunks and four micro-batches") {
  // Stage 0 starts with 2 x 1 + 1 x 2 = 4 forwards, stage 1 with 2. Micro-batches go in pairs, a
  // pair through one chunk and then the other.
  using Turns = std::vector<std::string>;
  CHECK(recorded(interleaved({2, 2, 4}), {2, 2, 4}).turns ==
        std::vector<Turns>{{"F0.0", "F0.1", "F1.0", "F1.1", "F0.2", "B1.0", "F0.3", "B1.1", "F1.2",
                            "B0.0", "F1.3", "B0.1", "B1.2", "B1.3", "B0.2", "B0.3"},
                           {"F0.0", "F0.1", "F1.0", "B1.0", "F1.1", "B1.1", "F0.2", "B0.0", "F0.3",
                            "B0.1", "F1.2", "B1.2", "F1.3", "B1.3", "B0.2", "B0.3"}});
}

TEST_CASE("pipeline_interleaved: memory is what the schedule keeps, and what arrives beside it") {
  for (const Shape& shape : {Shape{2, 2, 4}, Shape{3, 2, 3}, Shape{3, 3, 9}, Shape{4, 2, 12}})
    for (const bool unequal : {false, true}) {
      testing::RunOf run = interleaved(shape);
      if (unequal) {
        run.mlp.width = 0;
        for (std::int64_t layer = 0; layer < run.mlp.layers; ++layer)
          run.mlp.shapes.push_back({8 + 7 * (layer % 5), 8 + 7 * ((layer + 1) % 5)});
      }
      const Recorded record = recorded(run, shape);
      const Setup setup = run.setup();
      const auto blocks = static_cast<int>(shape.stages * shape.chunks);
      Count most = 0;
      for (int stage = 0; stage < shape.stages; ++stage) {
        Count parameters = 0;
        for (int block = stage; block < blocks; block += shape.stages)
          parameters += setup.mlp.parameters(layers_of_stage(setup.mlp, blocks, block));
        most = std::max(most, 2 * parameters * setup.mlp.precision.parameters +
                                  record.most[static_cast<std::size_t>(stage)] +
                                  arriving_bytes(setup, shape, stage));
      }
      CHECK(closed_form_of(setup).memory.total() == most);
    }
}

TEST_CASE("pipeline_interleaved: the first stage keeps 2 (K - 1) + (v - 1) K + 1 chunks") {
  // K = 4, v = 3, M = 8: 15 chunks of 3 activations of 2048 bytes, of 24 that there are. That is
  // K (1 + (K - 1) / (K v)) = 5 micro-batches of all 3 chunks of the stage.
  CHECK(closed_form_of(interleaved({4, 3, 8}).setup()).memory.activations == 15 * 3 * 2048);
}

TEST_CASE("pipeline_interleaved: what does not divide, or has too few layers, is refused") {
  testing::RunOf run = interleaved({4, 2, 8});
  run.options = {{"micro_batches", std::int64_t{2}}, {"chunks", std::int64_t{5}}};
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/micro_batches", "must be a multiple of the 4 stages, found 2"},
               {"/algorithm/chunks", "must be at most 4 for 16 layers in 4 stages, found 5"}});
}

}  // namespace lockstep::models
