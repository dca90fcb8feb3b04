// Real runs on threads, and the same order of events again without a clock.
#include "models/readers/execute/execute.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "models/algorithms/registry.hpp"
#include "models/readers/numerics/rank_run.hpp"
#include "tests/models/random_run.hpp"
#include "tests/models/readers/numerics/numeric_runs.hpp"

namespace lockstep::models {

namespace {

testing::RunOf small_run(const Algorithm& algorithm) {
  testing::RunOf run;
  run.kind = std::string(algorithm.kind);
  run.topology = testing::topology_for(algorithm);
  run.hosts = 4;
  run.mlp = {.layers = 4, .width = 64};
  run.training = {.batch_is_global = true, .batch = 24, .iterations = 8, .learning_rate = 0.05};
  if (algorithm.servers(run.algorithm().options) > 0)
    run.options.emplace_back("placement", std::string("colocated"));
  if (algorithm.parts_turn_back) run.options.emplace_back("stages", std::int64_t{2});
  return run;
}

}  // namespace

TEST_CASE("execute: every algorithm on threads counts what the simulation counts") {
  for (const Algorithm* algorithm : algorithms()) {
    CAPTURE(algorithm->kind);
    const Setup setup = small_run(*algorithm).setup();
    const Problem problem = testing::problem_on_digits(setup);
    const Executed executed = execute_on_threads(problem);
    REQUIRE(executed.finished);
    const Simulated simulated = simulate(setup);
    CHECK(executed.flops == simulated.flops);
    CHECK(executed.bytes == simulated.bytes);
    CHECK(executed.messages == simulated.messages);
    CHECK(std::isfinite(executed.model.quality.loss));
  }
}

// One worker never waits for a message: it looks between operations.
TEST_CASE("execute: a run that is asked to stop does not finish, even on a lone worker") {
  const Setup setup = small_run(*find_algorithm("sgd")).setup();
  const std::atomic<bool> stop = true;
  const Executed executed = execute_on_threads(testing::problem_on_digits(setup), nullptr, &stop);
  CHECK_FALSE(executed.finished);
  CHECK(executed.flops.total() == 0);
}

namespace {

// What a rank has computed when it sends for the first time.
struct FirstSend final : Communicator {
  RankRun* run = nullptr;
  std::optional<FlopCounts> before;

  void send(Rank /*to*/, const Message& /*message*/, std::vector<float> /*content*/) override {
    if (!before) before = run->numbers().flops();
  }
  std::int64_t barriers_passed() override { return 0; }
  void arrive_at_barrier(Rank /*rank*/) override {}
};

}  // namespace

// Four layers: the sum of the last one's gradient starts when it is there, and the backward pass
// through the three others (2 x 6 x 64 x 64 FLOPs a product, 6 samples a worker) comes after it.
TEST_CASE("execute: with overlap a bucket is sent before the layers below it are computed") {
  testing::RunOf run = small_run(*find_algorithm("sync_sgd"));
  run.options.emplace_back("overlap", true);
  const Setup setup = run.setup();
  const Problem problem = testing::problem_on_digits(setup);
  FirstSend communicator;
  RankRun rank(problem, 0, communicator, nullptr, nullptr, nullptr);
  communicator.run = &rank;
  rank.advance();
  REQUIRE(communicator.before);
  const Count product = Count{2} * 6 * 64 * 64;
  CHECK((*communicator.before)[ComputeKind::forward] == 4 * product);
  CHECK((*communicator.before)[ComputeKind::backward_weight] <= 2 * product);
  CHECK(rank.numbers().flops()[ComputeKind::backward_weight] == 4 * product);
}

// Lock-free updates of a shared memory race: no order of theirs is on record.
TEST_CASE("execute: the order of a real run, carried out again, gives its parameters bit for bit") {
  for (const Algorithm* algorithm : algorithms()) {
    if (algorithm->shared_memory) continue;
    CAPTURE(algorithm->kind);
    const Setup setup = small_run(*algorithm).setup();
    const Problem problem = testing::problem_on_digits(setup);
    const Executed executed = execute_on_threads(problem);
    REQUIRE(executed.finished);
    const DataflowResult again = run_dataflow(problem, executed.order, nullptr, {.threads = 2});
    REQUIRE(again.finished);
    CHECK(again.model.sha256 == executed.model.sha256);
    const Executed replayed = execute_on_threads(problem, &executed.order);
    REQUIRE(replayed.finished);
    CHECK(replayed.model.sha256 == executed.model.sha256);
  }
}

}  // namespace lockstep::models
