// The closed forms of one configuration: what `lockstep cost` computes for each run of a scenario.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"

namespace {

using namespace lockstep;

void cost(benchmark::State& state, const char* kind) {
  models::Training training;
  training.batch = 256;
  const models::Setup setup =
      bench::setup_of(kind, bench::star(16), {.layers = 32, .width = 4096}, training);
  for (auto _ : state) benchmark::DoNotOptimize(setup.algorithm->closed_form(setup));
}

BENCHMARK_CAPTURE(cost, sgd, "sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, sync_sgd, "sync_sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, async_sgd, "async_sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, gpipe, "gpipe")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, pipeline_1f1b, "pipeline_1f1b")->Unit(benchmark::kMicrosecond);

}  // namespace
