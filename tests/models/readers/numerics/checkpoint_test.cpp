// A run that is cut in two, the second part from what a checkpoint keeps of the first, against the
// run in one piece.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/language/optimizers.hpp"
#include "models/parts/encodings/compression.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

using testing::RunOf;
using Chosen = std::vector<std::pair<std::string, OptionValue>>;

RunOf run_of(const char* kind, int hosts, Chosen options = {}) {
  RunOf run;
  run.kind = kind;
  run.hosts = hosts;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 7, .learning_rate = 0.1};
  run.options = std::move(options);
  return run;
}

Problem problem_of(const Setup& setup, const Problem& whole, std::int64_t first_iteration) {
  Problem part = whole;
  part.setup = &setup;
  part.first_sample = first_iteration * setup.global_batch;
  return part;
}

void check_cut_after(std::int64_t iterations, RunOf run) {
  CAPTURE(run.kind);
  CAPTURE(iterations);
  const Setup setup = run.setup();
  const Problem whole = testing::problem_on_digits(setup);
  const DataflowResult in_one = run_dataflow(whole, {}, nullptr, {.keep_parameters = true});
  REQUIRE(in_one.finished);
  run.training.iterations = iterations;
  const Setup before = run.setup();
  const DataflowResult first =
      run_dataflow(problem_of(before, whole, 0), {}, nullptr, {.keep_memory = true});
  run.training.iterations = setup.training.iterations - iterations;
  const Setup after = run.setup();
  const DataflowResult second = run_dataflow(problem_of(after, whole, iterations), {}, nullptr,
                                             {.keep_parameters = true, .checkpoint = first.memory});
  REQUIRE(second.finished);
  CHECK(second.parameters == in_one.parameters);
  CHECK(first.loss_sum + second.loss_sum == doctest::Approx(in_one.loss_sum).epsilon(1e-12));
}

void check_cuts(const RunOf& run) {
  for (const std::int64_t iterations : {1, 3, 6}) check_cut_after(iterations, run);
}

}  // namespace

TEST_CASE("checkpoint: a run goes on from it as if it had never stopped") {
  check_cuts(run_of("sgd", 1));
  check_cuts(run_of("sync_sgd", 4));
  check_cuts(run_of("sync_sgd", 3, {{"overlap", true}, {"accumulation_steps", std::int64_t{2}}}));
  for (const std::int64_t stage : {1, 2, 3}) check_cuts(run_of("zero", 4, {{"stage", stage}}));
  check_cuts(run_of("tensor_parallel", 2));
  check_cuts(run_of("gpipe", 2, {{"micro_batches", std::int64_t{3}}}));
  check_cuts(run_of("pipeline_1f1b", 4, {{"micro_batches", std::int64_t{4}}}));
}

TEST_CASE("checkpoint: it keeps what optimizers remember") {
  for (const UpdateRule* rule : optimizer_rules) {
    CAPTURE(rule->name);
    RunOf run = run_of("sync_sgd", 2);
    run.training.learning_rate = 0.01;
    run.training.optimizer.rule = rule;
    check_cuts(run);
    run.kind = "zero";
    check_cuts(run);
  }
}

TEST_CASE("checkpoint: it keeps what compression has left out") {
  for (const std::string_view compression : compressions)
    check_cuts(run_of("sync_sgd", 2, {{"compression", std::string(compression)}}));
}

TEST_CASE("checkpoint: averaging goes on from the end of a round") {
  for (const char* kind : {"model_averaging", "slowmo"})
    check_cut_after(4, run_of(kind, 2, {{"sync_period", std::int64_t{2}}}));
}

}  // namespace lockstep::models
