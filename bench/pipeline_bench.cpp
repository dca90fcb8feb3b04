// GPipe with 64 stages and 1,024 micro-batches.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace {

using namespace lockstep;

void gpipe(benchmark::State& state) {
  models::Training training;
  training.batch_is_global = true;
  training.batch = 64 * state.range(1);
  models::Setup setup = bench::setup_of("gpipe", bench::star(state.range(0)),
                                        {.layers = state.range(0), .width = 4096}, training);
  setup.options.set("micro_batches", state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(models::simulate(setup));
}

BENCHMARK(gpipe)->Args({64, 1024})->Unit(benchmark::kMillisecond);

}  // namespace
