// Gradients that are summed while passes go on: what they cost with folds on the device, and on an
// engine beside it.
#include <doctest/doctest.h>

#include "models/readers/simulate/simulate.hpp"
#include "tests/models/run_of.hpp"

namespace lockstep::models {

namespace {

using Chosen = std::vector<std::pair<std::string, OptionValue>>;

// 32 A100 at half of their peak in TF32, on links of 400 Gbit/s and 1 us in all.
testing::RunOf wide_on_32_gpus(const char* kind, Chosen options, Reductions reductions) {
  testing::RunOf run;
  run.kind = kind;
  run.hosts = 32;
  run.bytes_per_s = 50e9;
  run.latency_s = 1e-6;
  run.device = {.flops_per_s = 156e12,
                .memory_bytes_per_s = 2039e9,
                .launch_overhead_s = 5e-6,
                .efficiency = 0.5,
                .reductions = reductions};
  run.mlp = {.layers = 8, .width = 4096};
  run.training.batch = 4096;
  run.options = std::move(options);
  return run;
}

double simulated_s(const testing::RunOf& run) {
  const Simulated result = simulate(run.setup());
  REQUIRE(result.outcome.finished());
  return result.makespan.seconds();
}

}  // namespace

// A product: 2 x 4096^3 / 78e12 s + 5 us = 1.76710 ms. A layer's 16,781,312 gradients: 62 steps of
// 524,416 scalars, 2,097,664 bytes in 41.95328 us after 2 us; 31 folds of 12 bytes a scalar at
// 2,039 GB/s, 3.08632 us, + 5 us: 2.97578 ms in all, less than the two products of a layer, so that
// only the last layer's sum is not hidden. All layers' at once: 62 x 337.62624 us + 31 x 29.69056
// us. The update: 12 bytes a parameter, 790.0977 us, + 5 us.
TEST_CASE("sums beside passes: with an engine, overlap leaves the last layer's sum") {
  const double passes_s = 23 * 1.767098e-3;
  const double update_s = 795.098e-6;
  const auto none = wide_on_32_gpus("sync_sgd", {}, Reductions::engine);
  const auto overlap = wide_on_32_gpus("sync_sgd", {{"overlap", true}}, Reductions::engine);
  CHECK(simulated_s(none) ==
        doctest::Approx(passes_s + 20.932827e-3 + 0.920407e-3 + update_s).epsilon(1e-5));
  CHECK(simulated_s(overlap) == doctest::Approx(passes_s + 2.975779e-3 + update_s).epsilon(1e-5));
  CHECK(simulated_s(overlap) == doctest::Approx(44.4e-3).epsilon(1e-3));
  for (const testing::RunOf& run : {none, overlap}) {
    const ClosedForm form = closed_form_of(run.setup());
    CHECK(form.claim == TimeClaim::exact);
    CHECK(form.makespan.seconds() == doctest::Approx(simulated_s(run)).epsilon(1e-9));
  }
}

// Every fold of 31 a layer waits for the product that is being computed.
TEST_CASE("sums beside passes: on the device, folds wait for products, and overlap may not pay") {
  const auto none = wide_on_32_gpus("sync_sgd", {}, Reductions::device);
  const auto overlap = wide_on_32_gpus("sync_sgd", {{"overlap", true}}, Reductions::device);
  CHECK(simulated_s(none) == simulated_s(wide_on_32_gpus("sync_sgd", {}, Reductions::engine)));
  CHECK(simulated_s(overlap) > simulated_s(none));
  CHECK(closed_form_of(overlap.setup()).claim == TimeClaim::lower_bound);
}

TEST_CASE("sums beside passes: an engine makes none of them slower, and most faster") {
  const std::vector<std::pair<const char*, Chosen>> all = {
      {"sync_sgd", {{"overlap", true}}},
      {"sync_sgd", {{"double_buffering", true}}},
      {"sync_sgd", {{"overlap", true}, {"allreduce", std::string("double_tree")}}},
      {"sync_sgd", {{"overlap", true}, {"allreduce", std::string("hierarchical")}}},
      {"sync_sgd",
       {{"overlap", true},
        {"allreduce", std::string("sharded_server")},
        {"servers", std::int64_t{32}},
        {"placement", std::string("colocated")}}},
      {"zero", {{"stage", std::int64_t{3}}, {"prefetch", true}}}};
  for (const auto& [kind, options] : all) {
    CAPTURE(kind);
    CAPTURE(options.back().first);
    const double on_device_s = simulated_s(wide_on_32_gpus(kind, options, Reductions::device));
    const double on_engine_s = simulated_s(wide_on_32_gpus(kind, options, Reductions::engine));
    CHECK(on_engine_s < on_device_s);
  }
}

// Codings take the device whatever folds do.
TEST_CASE("sums beside passes: compressed ones claim a lower bound under both settings") {
  for (const Reductions reductions : {Reductions::device, Reductions::engine}) {
    const auto run = wide_on_32_gpus(
        "sync_sgd", {{"overlap", true}, {"compression", std::string("one_bit")}}, reductions);
    const ClosedForm form = closed_form_of(run.setup());
    CHECK(form.claim == TimeClaim::lower_bound);
    CHECK(form.makespan.seconds() <= simulated_s(run));
  }
}

// The gather of a layer and the scatter of another share the links; a layer's gather takes 31
// steps.
TEST_CASE("sums beside passes: ZeRO with prefetch no longer waits for folds") {
  const Chosen plain = {{"stage", std::int64_t{3}}};
  const Chosen prefetch = {{"stage", std::int64_t{3}}, {"prefetch", true}};
  CHECK(simulated_s(wide_on_32_gpus("zero", prefetch, Reductions::engine)) <
        simulated_s(wide_on_32_gpus("zero", plain, Reductions::engine)));
  const ClosedForm form =
      closed_form_of(wide_on_32_gpus("zero", prefetch, Reductions::engine).setup());
  CHECK(form.leaves_out == "gathers and scatters that share links");
}

}  // namespace lockstep::models
