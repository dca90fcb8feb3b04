// Elastic averaging SGD: what its paper says of it, and what it shares with model averaging.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/random_run.hpp"

namespace lockstep::models {

namespace {

// n = 3 (64^2 + 64) parameters, 4 workers.
constexpr std::int64_t parameters = 12'480;

testing::RunOf easgd(std::int64_t sync_period, std::int64_t iterations) {
  testing::RunOf run;
  run.kind = "easgd";
  run.training.iterations = iterations;
  run.device.launch_overhead_s = 0;
  run.options = {{"sync_period", sync_period}};
  return run;
}

testing::RunOf asynchronous(std::int64_t sync_period, std::int64_t iterations, int hosts) {
  testing::RunOf run = easgd(sync_period, iterations);
  run.hosts = hosts;
  run.options.emplace_back("communication", std::string("async"));
  return run;
}

Simulated simulated(const testing::RunOf& run) {
  Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result;
}

}  // namespace

TEST_CASE("easgd: sends what model_averaging sends, and computes the elastic moves besides") {
  for (const std::int64_t sync_period : {0, 1, 2, 3, 7}) {
    CAPTURE(sync_period);
    const testing::RunOf run = easgd(sync_period, 7);
    testing::RunOf reference = run;
    reference.kind = "model_averaging";
    const Simulated elastic = simulated(run);
    const Simulated averaged = simulated(reference);
    CHECK(elastic.bytes == averaged.bytes);
    CHECK(elastic.messages == averaged.messages);
    CHECK(elastic.flops[ComputeKind::reduce] == averaged.flops[ComputeKind::reduce]);
    // 6 FLOPs a parameter on each of 4 workers: x and c take 3 each.
    const std::int64_t moves = sync_period == 0 ? 1 : (7 + sync_period - 1) / sync_period;
    CHECK(elastic.flops[ComputeKind::update] ==
          averaged.flops[ComputeKind::update] + Count{4} * moves * 6 * parameters);
  }
}

TEST_CASE("easgd: steps, sums and elastic moves one after another") {
  // L = 3, N = 64, b = 8: a step is 8 products of 65.536 ns and an update of 24.96 ns. P = 4: a
  // ring allreduce is 6 times 20 + 9.984 us and 3 folds of 3.12 ns. A move of 6 x 12,480 FLOPs at
  // 1 TFLOP/s takes 74.88 ns. 5 steps by 2: 3 sums and moves.
  const double expected_s =
      5 * (8 * 65.536e-9 + 24.96e-9) + 3 * (6 * (20e-6 + 9.984e-6) + 3 * 3.12e-9 + 74.88e-9);
  const testing::RunOf run = easgd(2, 5);
  CHECK(simulated(run).makespan.seconds() == doctest::Approx(expected_s).epsilon(1e-9));
  const Setup setup = run.setup();
  CHECK(setup.algorithm->closed_form(setup).claim == TimeClaim::exact);
}

TEST_CASE("easgd: how stiff the springs are changes neither time nor counts") {
  testing::RunOf run = easgd(2, 5);
  const Simulated standard = simulated(run);
  run.options.emplace_back("elasticity", 0.1);
  const Simulated loose = simulated(run);
  CHECK(loose.makespan == standard.makespan);
  CHECK(loose.flops == standard.flops);
  CHECK(loose.bytes == standard.bytes);
}

TEST_CASE("easgd: keeps the centre and the sum of all models beside its own") {
  const Setup setup = easgd(2, 5).setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == Count{2} * parameters * 4);
}

TEST_CASE("easgd: one worker has nothing to pull at and is sgd") {
  testing::RunOf run = easgd(2, 5);
  run.hosts = 1;
  CHECK(simulated(run).flops[ComputeKind::update] == Count{5} * 2 * parameters);
  const Setup setup = run.setup();
  CHECK(setup.algorithm->closed_form(setup).memory.versions == 0);
}

TEST_CASE("easgd: asynchronous, a request, a centre and a difference for each round and worker") {
  // 5 workers, 2 servers. 7 steps by 3: 3 rounds. Each: 2 requests without payload, 2 blocks of the
  // centre, 2 of the difference; 3 FLOPs a parameter on the worker, 1 on the servers.
  testing::RunOf run = asynchronous(3, 7, 7);
  run.options.emplace_back("servers", std::int64_t{2});
  const Simulated result = simulated(run);
  CHECK(result.messages == 5 * 3 * 6);
  CHECK(result.bytes == Count{5} * 3 * 2 * parameters * 4);
  CHECK(result.flops[ComputeKind::update] == Count{5} * (7 * 2 + 3 * (3 + 1)) * parameters);
  CHECK(result.flops[ComputeKind::reduce] == 0);
}

TEST_CASE("easgd: asynchronous, one worker's steps and its two exchanges one after another") {
  // b = 8: a step is 8 products of 65.536 ns and an update of 24.96 ns; 4 of them by 2. A request
  // takes 20 us, the centre 20 + 39.936 us, a pull 3 x 12,480 FLOPs = 37.44 ns. The first
  // difference is under way while the worker takes its next steps of 1.1 us, the second request
  // overtakes it and waits: for 59.936 us in all, and the server's 12.48 ns.
  const double step_s = 8 * 65.536e-9;
  const double update_s = 24.96e-9;
  const double message_s = 20e-6 + 39.936e-6;
  const double push_s = message_s + 12.48e-9;
  // The first request comes after 3 passes and 2 updates, the second when the first push is done.
  const double first_s = 3 * step_s + 2 * update_s + 20e-6 + message_s + 37.44e-9;
  const double second_s = first_s + push_s + message_s + 37.44e-9;
  CHECK(simulated(asynchronous(2, 4, 2)).makespan.seconds() ==
        doctest::Approx(second_s + push_s).epsilon(1e-9));
}

TEST_CASE("easgd: asynchronous, with equal workers a centre is up to P - 1 pushes old") {
  // All ask at once and push in turn, one server: 0, 1, 2, 3 pushes of others old in each of 4
  // rounds, and 4 x 8 steps on the own model that are not. Slow steps: rounds do not overlap.
  testing::RunOf run = asynchronous(2, 8, 5);
  run.device.flops_per_s = 1e8;
  run.sharing = Sharing::none;
  const Simulated result = simulated(run);
  CHECK(result.staleness_histogram == std::vector<std::int64_t>{32 + 16 + 4, 4, 4, 4});
  const Setup setup = run.setup();
  const ClosedForm form = setup.algorithm->closed_form(setup);
  // At most: 4 x 3 / 2 pairs, 2 x 4 - 1 pushes each, of 16 pushes, 32 steps and 16 moves; one push
  // may have seen all 12 of the others.
  CHECK_FALSE(form.staleness.exact);
  CHECK(form.staleness.max == 12);
  CHECK(form.staleness.mean == doctest::Approx(6 * 7 / 64.0).epsilon(1e-12));
  CHECK(form.memory.versions == Count{parameters} * 4);           // the centre
  CHECK(form.server_memory.parameters == Count{parameters} * 4);  // and its original
}

TEST_CASE("easgd: asynchronous, nobody waits for a slow worker") {
  testing::RunOf run = asynchronous(2, 8, 4);
  run.device.flops_per_s = 1e9;
  Setup setup = run.setup();
  setup.cluster.devices.assign(4, run.device);
  setup.cluster.devices[0].flops_per_s /= 8;
  const Simulated result = simulate(setup);
  CHECK(result.workers[1].compute.seconds() < 0.2 * result.workers[0].compute.seconds());
  CHECK(result.workers[0].idle.seconds() < 0.1 * result.makespan.seconds());
}

TEST_CASE("easgd: momentum costs its FLOPs and two vectors, no messages") {
  for (const char* communication : {"sync", "async"}) {
    testing::RunOf run = easgd(2, 5);
    run.options.emplace_back("communication", std::string(communication));
    const Simulated plain = simulated(run);
    const Setup plain_setup = run.setup();
    run.options.emplace_back("momentum", 0.9);
    const Simulated nesterov = simulated(run);
    const Setup setup = run.setup();
    CHECK(nesterov.bytes == plain.bytes);
    CHECK(nesterov.messages == plain.messages);
    // 5 FLOPs a parameter and step in place of 2.
    CHECK(nesterov.flops[ComputeKind::update] ==
          plain.flops[ComputeKind::update] + Count{setup.workers} * 5 * 3 * parameters);
    CHECK(setup.algorithm->closed_form(setup).memory.versions ==
          plain_setup.algorithm->closed_form(plain_setup).memory.versions +
              Count{2} * parameters * 4);
  }
}

TEST_CASE("easgd: the network of the allreduce is asked of synchronous runs only") {
  testing::RunOf run = easgd(2, 5);
  run.hosts = 6;
  run.options.emplace_back("allreduce", std::string("star"));
  run.options.emplace_back("servers", std::int64_t{2});
  CHECK(run.result().faults() ==
        Faults{{"/algorithm/servers",
                "must be 1 with allreduce \"star\", found 2; several servers are "
                "\"sharded_server\""}});
  run.options.emplace_back("communication", std::string("async"));
  CHECK(run.setup().workers == 4);
}

TEST_CASE("easgd: synchronous, a worse network is never faster") {
  // The suite leaves that out for algorithms that can be asynchronous.
  testing::RandomRuns runs("easgd", 21);
  for (int i = 0; i < 400; ++i) {
    testing::RunOf run = runs.next();
    run.options.emplace_back("communication", std::string("sync"));
    if (!run.result().ok()) continue;
    const Simulated shared = simulated(run);
    run.sharing = Sharing::none;
    const Simulated alone = simulated(run);
    run.bytes_per_s *= 2;
    const Simulated wide = simulated(run);
    const Picoseconds rounding{static_cast<std::int64_t>(shared.events)};
    CHECK(shared.makespan + rounding >= alone.makespan);
    CHECK(wide.makespan <= alone.makespan);
  }
}

}  // namespace lockstep::models
