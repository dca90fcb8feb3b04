// Accumulated gradient normalisation: rounds as in Downpour SGD, pushed as a mean.
#include <doctest/doctest.h>

#include "tests/models/results_of.hpp"

namespace lockstep::models {

namespace {

using testing::closed_form;
using testing::simulated;

constexpr std::int64_t parameters = 12'480;  // 3 (64^2 + 64)

testing::RunOf run_of(const char* kind, std::vector<std::pair<std::string, OptionValue>> options) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = 5;  // 4 workers and a server
  run.training.iterations = 7;
  run.options = std::move(options);
  return run;
}

}  // namespace

TEST_CASE("adag: is downpour with both periods alike; with period 1, async_sgd") {
  for (const std::int64_t period : {1, 2, 3, 7, 9}) {
    CAPTURE(period);
    const Simulated adag = simulated(run_of("adag", {{"sync_period", period}}));
    const Simulated reference =
        period == 1
            ? simulated(run_of("async_sgd", {}))
            : simulated(run_of("downpour", {{"push_period", period}, {"fetch_period", period}}));
    CHECK(adag.makespan == reference.makespan);
    CHECK(adag.events == reference.events);
    CHECK(adag.flops == reference.flops);
    CHECK(adag.bytes == reference.bytes);
    CHECK(adag.messages == reference.messages);
    CHECK(adag.staleness_histogram == reference.staleness_histogram);
  }
}

TEST_CASE("adag: rounds of 3 in 7 steps are 3, 3 and 1") {
  // A push and an answer for each of 3 rounds and 4 workers. Own steps: 2, 2 and 0, and as many
  // gradients that are added to others.
  const Simulated result = simulated(run_of("adag", {{"sync_period", std::int64_t{3}}}));
  CHECK(result.messages == 4 * 3 * 2);
  CHECK(result.bytes == Count{4} * 3 * 2 * parameters * 4);
  CHECK(result.flops[ComputeKind::update] == Count{4} * (3 + 4) * 2 * parameters);
  CHECK(result.flops[ComputeKind::reduce] == Count{4} * 4 * parameters);
}

TEST_CASE("adag: with equal workers a mean is P - 1 updates old, whatever the period") {
  for (const std::int64_t period : {1, 2, 4}) {
    testing::RunOf run = run_of("adag", {{"sync_period", period}});
    run.training.iterations = 16;
    const ClosedForm form = closed_form(run);
    const Simulated result = simulated(run);
    CHECK(form.staleness.max == 3);
    CHECK(result.staleness.max == 3);
    CHECK(result.staleness.mean == doctest::Approx(form.staleness.mean).epsilon(1e-12));
  }
}

TEST_CASE("adag: after a last round of fewer steps workers overtake each other") {
  // A last push comes soon after the one before, while others wait for a busy server.
  testing::RunOf run = run_of("adag", {{"sync_period", std::int64_t{3}}});
  run.hosts = 9;
  run.bytes_per_s = 12.5e9;
  run.mlp = {.layers = 4, .width = 1024};
  run.device = {.flops_per_s = 1e13, .memory_bytes_per_s = 1e11};
  run.training = {.batch = 32, .iterations = 10};
  const ClosedForm form = closed_form(run);
  const Simulated result = simulated(run);
  CHECK(result.staleness.max > 7);
  CHECK_FALSE(form.staleness.exact);
  CHECK(form.staleness.max >= result.staleness.max);
  CHECK(form.staleness.mean >= result.staleness.mean);
}

}  // namespace lockstep::models
