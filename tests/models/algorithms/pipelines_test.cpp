// GPipe and 1F1B against their papers' formulas.
#include <doctest/doctest.h>

#include <cmath>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

// K equal stages of two layers, M micro-batches of 8 samples of width 64 at 1 TFLOP/s, no overhead:
// a product takes 2 x 8 x 64^2 / 1e12 s = 65.536 ns; messages are 2 KiB.
constexpr double product_s = 65.536e-9;

testing::RunOf pipeline(const char* kind, int stages, std::int64_t micro_batches,
                        double latency_s = 0, double bytes_per_s = 1e15) {
  testing::RunOf run;
  run.kind = kind;
  run.topology = "fully_connected";
  run.hosts = stages;
  run.bytes_per_s = bytes_per_s;
  run.latency_s = latency_s;
  run.device.launch_overhead_s = 0;
  run.mlp.layers = 2 * stages;
  run.training.batch_is_global = true;
  run.training.batch = 8 * micro_batches;
  run.options = {{"micro_batches", micro_batches}};
  return run;
}

double makespan_s(const testing::RunOf& run) { return simulate(run.setup()).makespan.seconds(); }

double update_s(const testing::RunOf& run) {
  const double parameters = static_cast<double>(2 * run.mlp.parameters_of_layer(0));
  return 2 * parameters / 1e12;
}

}  // namespace

TEST_CASE("gpipe: (M + K - 1) (f + d) without communication, less what the first layer saves") {
  // f = 2 products, d = 4; the first stage goes back in 3. Going forward takes (M + K - 1) f, going
  // back M d up to the second stage, (K - 2) d to reach it, and 3 products at the first: one saved.
  for (const int stages : {2, 4, 8})
    for (const std::int64_t micro_batches : {1, 4, 32}) {
      const testing::RunOf run = pipeline("gpipe", stages, micro_batches);
      const double slots = static_cast<double>(micro_batches + stages - 1);
      CHECK(makespan_s(run) ==
            doctest::Approx(slots * 6 * product_s - product_s + update_s(run)).epsilon(1e-4));
    }
}

TEST_CASE("gpipe: the bubble is (K - 1) / (M + K - 1) of the iteration") {
  // Idle share of the last stage, whose work is 6 products a micro-batch: of (M + K - 1) x 6 slots
  // it idles (K - 1) x 6. The update and the saved product are below 2% here.
  const testing::RunOf run = pipeline("gpipe", 4, 12);
  const Simulated simulated = simulate(run.setup());
  const double idle = simulated.workers.back().idle.seconds() / simulated.makespan.seconds();
  CHECK(idle == doctest::Approx(3.0 / 15).epsilon(0.05));
}

TEST_CASE("gpipe: one micro-batch is layer-wise parallelism: stages one after another, and back") {
  // 3 stages, M = 1: 6 forward products and 11 backward ones, and two messages of 10 us each way.
  const testing::RunOf run = pipeline("gpipe", 3, 1, 10e-6);
  CHECK(makespan_s(run) ==
        doctest::Approx(17 * product_s + 4 * 10e-6 + update_s(run)).epsilon(1e-4));
}

TEST_CASE("gpipe: one stage is gradient accumulation") {
  // 2 layers, M micro-batches: M x (2 + 3) products and one update; nothing is sent.
  const testing::RunOf run = pipeline("gpipe", 1, 6);
  const Simulated simulated = simulate(run.setup());
  CHECK(simulated.makespan.seconds() ==
        doctest::Approx(30 * product_s + update_s(run)).epsilon(1e-6));
  CHECK(simulated.messages == 0);
}

TEST_CASE("gpipe: re-materialisation computes forward twice and keeps inputs only") {
  testing::RunOf run = pipeline("gpipe", 4, 8);
  const ClosedForm kept = run.setup().algorithm->closed_form(run.setup());
  run.options.emplace_back("rematerialization", true);
  const ClosedForm again = run.setup().algorithm->closed_form(run.setup());
  CHECK(again.flops[ComputeKind::forward] == 2 * kept.flops[ComputeKind::forward]);
  CHECK(again.flops.total() - again.flops[ComputeKind::forward] ==
        kept.flops.total() - kept.flops[ComputeKind::forward]);
  // One micro-batch's activation is 8 x 64 x 4 = 2048 bytes. Kept: 8 micro-batches of 3; again: 7
  // inputs and one micro-batch of 3.
  CHECK(kept.memory.activations == 8 * 3 * 2048);
  CHECK(again.memory.activations == (7 + 3) * 2048);
}

TEST_CASE("pipeline_1f1b: same makespan as GPipe without communication, activations of K at most") {
  for (const int stages : {2, 4, 8})
    for (const std::int64_t micro_batches : {1, 4, 32}) {
      const testing::RunOf run = pipeline("pipeline_1f1b", stages, micro_batches);
      const ClosedForm form = run.setup().algorithm->closed_form(run.setup());
      CHECK(makespan_s(run) ==
            doctest::Approx(makespan_s(pipeline("gpipe", stages, micro_batches))).epsilon(1e-4));
      // First stage: min(M, K) micro-batches in flight, 3 activations of 2048 bytes each.
      CHECK(form.memory.activations == std::min<std::int64_t>(micro_batches, stages) * 3 * 2048);
    }
}

TEST_CASE("pipeline_1f1b: latency stretches the period as the published case has it") {
  // Zero Bubble Pipeline Parallelism, arXiv:2401.10241, table 9, p = 8, m = 24, has for equal
  // stages (M + K - 1)(f + d) + 54 C: 7 hops there, 7 back, and for the other 23 micro-batches
  // groups of 8, 8 and 7 that put 14, 14 and 12 hops on the critical path. Here the first stage
  // saves a product a group it takes part in, and so does the end of the path: 3 in all.
  const double latency_s = 1e-6;
  const testing::RunOf run = pipeline("pipeline_1f1b", 8, 24, latency_s);
  CHECK(makespan_s(run) ==
        doctest::Approx(31 * 6 * product_s - 3 * product_s + 54 * latency_s + update_s(run))
            .epsilon(1e-4));
  const Setup setup = run.setup();
  const ClosedForm form = setup.algorithm->closed_form(setup);
  CHECK(form.claim == TimeClaim::exact);
}

TEST_CASE("pipelines: what is not divisible is refused, with the pointer") {
  const auto faults_of = [](const testing::RunOf& run) { return run.result().faults(); };
  testing::RunOf run = pipeline("gpipe", 4, 8);
  run.options = {{"micro_batches", std::int64_t{5}}};
  CHECK(faults_of(run) == Faults{{"/algorithm/micro_batches",
                                  "must divide the 64 samples of a mini-batch, found 5"}});
  run.options = {{"micro_batches", std::int64_t{65}}};
  CHECK(faults_of(run) ==
        Faults{{"/algorithm/micro_batches",
                "must be at most the number of samples of a mini-batch, 64, found 65"}});
  run.options = {{"stages", std::int64_t{5}}};
  CHECK(faults_of(run).front() ==
        Fault{"/algorithm/stages", "must be at most the number of hosts, 4, found 5"});
  run.options = {};
  run.mlp.layers = 3;
  CHECK(faults_of(run) ==
        Faults{
            {"/algorithm/stages",
             "must be at most the number of layers of the model, 3, found 4 (one for each host)"}});
}

}  // namespace lockstep::models
