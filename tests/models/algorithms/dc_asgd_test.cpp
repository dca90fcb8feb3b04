// Delay-compensated asynchronous SGD: asynchronous SGD but for what servers compute and keep.
#include <doctest/doctest.h>

#include "tests/models/results_of.hpp"

namespace lockstep::models {

namespace {

using testing::closed_form;
using testing::simulated;

// n = 3 (64^2 + 64) parameters of 4 bytes; 4 workers and a server, 5 iterations.
constexpr std::int64_t parameters = 12'480;

testing::RunOf run_of(const char* kind, std::vector<std::pair<std::string, OptionValue>> options) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = 5;
  run.device.launch_overhead_s = 0;
  run.training.iterations = 5;
  run.options = std::move(options);
  return run;
}

}  // namespace

TEST_CASE("dc_asgd: with lambda 0 it is async_sgd to the last event") {
  for (const bool adaptive : {false, true}) {
    const Simulated compensated =
        simulated(run_of("dc_asgd", {{"lambda", 0.0}, {"adaptive", adaptive}}));
    const Simulated plain = simulated(run_of("async_sgd", {}));
    CHECK(compensated.makespan == plain.makespan);
    CHECK(compensated.events == plain.events);
    CHECK(compensated.flops == plain.flops);
    CHECK(compensated.bytes == plain.bytes);
    CHECK(compensated.messages == plain.messages);
    CHECK(compensated.staleness_histogram == plain.staleness_histogram);
  }
  CHECK(closed_form(run_of("dc_asgd", {{"lambda", 0.0}})).server_memory ==
        closed_form(run_of("async_sgd", {})).server_memory);
}

TEST_CASE("dc_asgd: compensates on the server: messages and staleness are async_sgd's") {
  const Simulated plain = simulated(run_of("async_sgd", {}));
  for (const bool adaptive : {false, true}) {
    const testing::RunOf run = run_of("dc_asgd", {{"adaptive", adaptive}});
    const Simulated compensated = simulated(run);
    CHECK(compensated.bytes == plain.bytes);
    CHECK(compensated.messages == plain.messages);
    CHECK(compensated.events == plain.events);
    CHECK(compensated.staleness_histogram == plain.staleness_histogram);
    CHECK(compensated.staleness.max == 3);  // P - 1
    // 4 workers x 5 pushes: 7 or 13 FLOPs a parameter in place of 2.
    const Count more = adaptive ? 11 : 5;
    CHECK(compensated.flops[ComputeKind::update] ==
          plain.flops[ComputeKind::update] + Count{20} * more * parameters);
  }
}

TEST_CASE("dc_asgd: a server keeps a model for each worker, and the mean square if adaptive") {
  const Count model = Count{parameters} * 4;
  CHECK(closed_form(run_of("dc_asgd", {})).server_memory.versions == 4 * model);
  CHECK(closed_form(run_of("dc_asgd", {{"adaptive", true}})).server_memory.versions == 5 * model);
  // Two servers keep half of it each.
  testing::RunOf run = run_of("dc_asgd", {{"servers", std::int64_t{2}}});
  run.hosts = 6;
  CHECK(closed_form(run).server_memory.versions == 4 * model / 2);
}

TEST_CASE("dc_asgd: one worker reads what it updated: its gradients are never stale") {
  testing::RunOf run = run_of("dc_asgd", {});
  run.hosts = 2;
  CHECK(simulated(run).staleness_histogram == std::vector<std::int64_t>{5});
  CHECK(closed_form(run).claim == TimeClaim::exact);
}

}  // namespace lockstep::models
