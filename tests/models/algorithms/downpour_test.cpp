// Downpour SGD: what its paper says of it, and what it shares with asynchronous SGD.
#include <doctest/doctest.h>

#include "tests/models/results_of.hpp"

namespace lockstep::models {

namespace {

using testing::closed_form;
using testing::simulated;

// n = 3 (64^2 + 64) parameters of 4 bytes.
constexpr std::int64_t parameters = 12'480;

testing::RunOf downpour(std::int64_t push_period, std::int64_t fetch_period,
                        std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "downpour";
  run.hosts = 4;  // 3 workers and a server
  run.device.launch_overhead_s = 0;
  run.training.iterations = iterations;
  run.options = {{"push_period", push_period}, {"fetch_period", fetch_period}};
  return run;
}

}  // namespace

TEST_CASE("downpour: pushing and fetching after each step is async_sgd") {
  for (const std::int64_t servers : {1, 3}) {
    testing::RunOf run = downpour(1, 1, 7);
    run.hosts = 7;
    run.options.emplace_back("servers", servers);
    testing::RunOf reference = run;
    reference.kind = "async_sgd";
    reference.options = {{"servers", servers}};
    const Simulated often = simulated(run);
    const Simulated async = simulated(reference);
    CHECK(often.makespan == async.makespan);
    CHECK(often.events == async.events);
    CHECK(often.flops == async.flops);
    CHECK(often.bytes == async.bytes);
    CHECK(often.messages == async.messages);
    CHECK(often.staleness_histogram == async.staleness_histogram);
  }
}

TEST_CASE("downpour: sends a model for each push and each fetch") {
  // 3 workers, 12 steps: 12 / n_push pushes and 12 / n_fetch fetches each, of 49,920 bytes.
  const Count model = Count{3} * parameters * 4;
  CHECK(simulated(downpour(1, 1, 12)).bytes == (12 + 12) * model);
  CHECK(simulated(downpour(3, 1, 12)).bytes == (4 + 12) * model);
  CHECK(simulated(downpour(1, 4, 12)).bytes == (12 + 3) * model);
  CHECK(simulated(downpour(3, 4, 12)).bytes == (4 + 3) * model);
  CHECK(simulated(downpour(100, 100, 12)).bytes == (1 + 1) * model);
}

TEST_CASE("downpour: what is left after the last step is pushed and fetched too") {
  // 7 steps, pushes after 3, 6, 7, fetches after 2, 4, 6, 7: of these 2 and 4 alone, by a request.
  // Messages: 3 pushes, 4 answers, 2 requests. Own steps after 1 to 5; gradients are added to
  // others in steps 2, 3, 5, 6.
  const testing::RunOf run = downpour(3, 2, 7);
  const Simulated result = simulated(run);
  CHECK(result.messages == 3 * (3 + 4 + 2));
  CHECK(result.bytes == 3 * (3 + 4) * Count{parameters} * 4);
  CHECK(result.flops[ComputeKind::update] == 3 * (3 + 5) * Count{2} * parameters);
  CHECK(result.flops[ComputeKind::reduce] == 3 * 4 * Count{parameters});
  // 3 pushes and 5 steps of their own for each worker.
  std::int64_t updates = 0;
  for (const std::int64_t bin : result.staleness_histogram) updates += bin;
  CHECK(updates == 3 * (3 + 5));
}

TEST_CASE("downpour: steps of one worker, and a round trip after every second") {
  // b = 8: a step is 8 products of 65.536 ns. 4 steps, a push and a fetch after the second and the
  // fourth: a model is 49,920 bytes at 1.25 GB/s = 39.936 us after 20 us, each way. In between, an
  // update of 24.96 ns by the worker, one of the server, and a fold of 12.48 ns.
  testing::RunOf run = downpour(2, 2, 4);
  run.hosts = 2;
  const double step_s = 8 * 65.536e-9;
  const double expected_s =
      4 * step_s + 2 * (24.96e-9 + 12.48e-9) + 2 * (2 * (20e-6 + 39.936e-6) + 24.96e-9);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  CHECK(closed_form(run).claim == TimeClaim::exact);
}

TEST_CASE("downpour: Adagrad costs its FLOPs and a copy on the server, no messages") {
  testing::RunOf run = downpour(2, 2, 6);
  const Simulated plain = simulated(run);
  run.options.emplace_back("adagrad", true);
  const Simulated adagrad = simulated(run);
  // 3 workers push 3 times: 6 FLOPs a parameter in place of 2.
  CHECK(adagrad.flops[ComputeKind::update] ==
        plain.flops[ComputeKind::update] + Count{9} * 4 * parameters);
  CHECK(adagrad.bytes == plain.bytes);
  CHECK(adagrad.messages == plain.messages);
  const ClosedForm form = closed_form(run);
  CHECK(form.server_memory.versions == Count{parameters} * 4);
  CHECK(form.memory.gradients == Count{2} * parameters * 4);  // one to add to
}

TEST_CASE("downpour: with equal workers, pushes are as stale as the paper says") {
  // The paper's bound: n_fetch (P-1) for n_push = 1; a push of k steps between them takes a k-th.
  // P = 3, slow steps: 2 ms each, and messages of 60 us do not overtake.
  const auto check_staleness = [](std::int64_t push_period, std::int64_t fetch_period,
                                  std::int64_t most) {
    testing::RunOf run = downpour(push_period, fetch_period, 24);
    run.device.flops_per_s = 2.6e8;
    const Simulated result = simulated(run);
    const ClosedForm form = closed_form(run);
    CAPTURE(push_period);
    CAPTURE(fetch_period);
    CHECK(result.staleness.max == most);
    CHECK(form.staleness.exact == (push_period == fetch_period));
    if (form.staleness.exact) CHECK(form.staleness.max == most);
    CHECK(result.staleness.mean <= form.staleness.mean * (1 + 1e-12));
  };
  check_staleness(1, 1, 2);
  check_staleness(1, 4, 2 * 4);
  check_staleness(2, 4, 2 * 2);
  check_staleness(4, 4, 2);
  check_staleness(4, 2, 2);
  check_staleness(4, 1, 2);
}

TEST_CASE("downpour: staleness of a hand-counted run") {
  // P = 3, pushes after each of 4 steps, fetches after 2 and 4. In turn k = 0, 1, 2: the first push
  // is k updates of others old, the second 2 + k, for all read the start; the third 2, for those
  // behind at the fetch and those ahead now are all others, the fourth 4. Steps on the own model:
  // after 1 and 3. So 6 x 0 and pushes 0 1 2, 2 3 4, 2 2 2, 4 4 4.
  testing::RunOf run = downpour(1, 2, 4);
  run.device.flops_per_s = 2.6e8;
  CHECK(simulated(run).staleness_histogram == std::vector<std::int64_t>{7, 1, 5, 1, 4});
  // At most: each of 3 x 2 / 2 pairs of workers makes (2 x 4 - 1) pushes older that are under way,
  // two at once, of 12 pushes and 6 steps; one push alone may have seen all 8 pushes of the others.
  CHECK(closed_form(run).staleness.mean == doctest::Approx(2 * 3 * 7 / 18.0).epsilon(1e-12));
  CHECK(closed_form(run).staleness.max == 8);
}

}  // namespace lockstep::models
