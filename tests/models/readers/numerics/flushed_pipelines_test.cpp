// Pipelines with a flush on real numbers: the schedule changes no number, but for the order in
// which the gradients of micro-batches are summed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using testing::trained;

RunOf run_of(const char* kind, int stages, std::int64_t micro_batches = 0) {
  RunOf run;
  run.kind = kind;
  run.hosts = stages;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 8, .learning_rate = 0.1};
  if (micro_batches > 0) run.options = {{"micro_batches", micro_batches}};
  return run;
}

RunOf with(RunOf run, const char* option, const OptionValue& value) {
  run.options.emplace_back(option, value);
  return run;
}

std::vector<std::vector<float>> ends_of(const RunOf& run) {
  return trained(run.setup(), 2).numbers.parameters;
}

void check_nearly_same(const RunOf& one, const RunOf& other) {
  const auto a = ends_of(one);
  const auto b = ends_of(other);
  float most = 0;
  for (std::size_t rank = 0; rank < a.size(); ++rank)
    for (std::size_t i = 0; i < a[rank].size(); ++i)
      most = std::max(most, std::abs(a[rank][i] - b[rank][i]));
  CHECK(most < 1e-6F);
}

}  // namespace

TEST_CASE("gpipe with one micro-batch is layer_parallel, bit for bit") {
  for (const int stages : {1, 2, 4})
    CHECK(ends_of(run_of("gpipe", stages, 1)) == ends_of(run_of("layer_parallel", stages)));
}

TEST_CASE("layer_parallel is sgd, bit for bit: every layer where its stage has it") {
  const std::vector<float> sgd = ends_of(run_of("sgd", 1))[0];
  const auto stages = ends_of(run_of("layer_parallel", 4));
  const std::size_t layer_size = 64 * 64 + 64;
  for (std::size_t stage = 0; stage < 4; ++stage) {
    CAPTURE(stage);
    const auto from = static_cast<std::ptrdiff_t>(stage * layer_size);
    CHECK(std::equal(sgd.begin() + from, sgd.begin() + from + layer_size,
                     stages[stage].begin() + from));
  }
}

TEST_CASE("gpipe computes the same activations again, bit for bit") {
  const RunOf run = run_of("gpipe", 4, 6);
  CHECK(ends_of(with(run, "rematerialization", true)) == ends_of(run));
}

TEST_CASE("interleaved pipelines with one chunk a stage are 1F1B, bit for bit") {
  for (const int stages : {2, 4})
    CHECK(ends_of(with(run_of("pipeline_interleaved", stages, 8), "chunks", std::int64_t{1})) ==
          ends_of(run_of("pipeline_1f1b", stages, 8)));
}

TEST_CASE(
    "pipelines with two chunks a rank train as sgd does, in fewer micro-batches than ranks too") {
  const std::vector<float> sgd = ends_of(run_of("sgd", 1))[0];
  const std::size_t layer_size = 64 * 64 + 64;
  for (const char* kind : {"zb_v", "dualpipe_v", "dualpipe"})
    for (const std::int64_t micro_batches : {2, 8, 24}) {
      const auto ends = ends_of(run_of(kind, 2, micro_batches));
      CAPTURE(kind);
      CAPTURE(micro_batches);
      // Rank 0 has the first and the last layers: chunks of one layer in a V of two ranks, of two
      // in DualPipe, where both ranks have all.
      const bool all = std::string_view(kind) == "dualpipe";
      float most = 0;
      for (std::size_t rank = 0; rank < 2; ++rank)
        for (std::size_t i = 0; i < sgd.size(); ++i) {
          const std::size_t layer = i / layer_size;
          const bool mine = all || (layer == rank || layer == 3 - rank);
          if (mine) most = std::max(most, std::abs(ends[rank][i] - sgd[i]));
        }
      CHECK(most < 1e-6F);
    }
}

TEST_CASE("zero-bubble pipelines are 1F1B, bit for bit: gradients by weights wait in order") {
  const auto expected = ends_of(run_of("pipeline_1f1b", 4, 8));
  CHECK(ends_of(run_of("zb_h1", 4, 8)) == expected);
  CHECK(ends_of(run_of("zb_h2", 4, 8)) == expected);
}

TEST_CASE("gpipe sums the gradients of 1F1B, from the last micro-batch to the first") {
  check_nearly_same(run_of("gpipe", 4, 8), run_of("pipeline_1f1b", 4, 8));
}

TEST_CASE("gpipe on one stage accumulates gradients: as many micro-batches as wanted are sgd") {
  for (const std::int64_t micro_batches : {2, 3, 8})
    check_nearly_same(run_of("gpipe", 1, micro_batches), run_of("sgd", 1));
}

}  // namespace lockstep::models
