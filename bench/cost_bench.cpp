// The closed forms of one configuration: what `lockstep cost` computes for each run of a scenario,
// and what `lockstep sweep --cost` does for each point.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/swept_scenario.hpp"

namespace {

using namespace lockstep;

void cost(benchmark::State& state, const char* kind) {
  models::Training training;
  training.batch = 256;
  const models::Setup setup =
      bench::setup_of(kind, bench::star(16), {.layers = 32, .width = 4096}, training);
  for (auto _ : state) benchmark::DoNotOptimize(setup.algorithm->closed_form(setup));
}

// The points of a sweep, one after another: their scenarios are read, which needs the closed forms
// anyway. `again`: as it would be if each were evaluated once more for the results.
void swept_cost(benchmark::State& state, const char* file, bool again) {
  const std::string path = std::string(LOCKSTEP_SOURCE_DIR) + "/scenarios/sweeps/" + file;
  const auto swept = scenarios::SweptScenario::load(path, {});
  const auto points = static_cast<std::size_t>(swept->sweep().points());
  std::size_t point = 0;
  std::int64_t configurations = 0;
  for (auto _ : state) {
    const auto at = swept->at(point);
    if (again)
      for (const models::Setup& setup : at->scenario.runs)
        benchmark::DoNotOptimize(models::closed_form_of(setup));
    benchmark::DoNotOptimize(at->forms.data());
    configurations += static_cast<std::int64_t>(at->forms.size());
    point = (point + 1) % points;
  }
  state.SetItemsProcessed(configurations);
}

BENCHMARK_CAPTURE(swept_cost, strong_scaling, "strong_scaling.json", false)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(swept_cost, strong_scaling_twice, "strong_scaling.json", true)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(swept_cost, who_wins, "who_wins.json", false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(swept_cost, who_wins_twice, "who_wins.json", true)->Unit(benchmark::kMicrosecond);

BENCHMARK_CAPTURE(cost, sgd, "sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, sync_sgd, "sync_sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, async_sgd, "async_sgd")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, gpipe, "gpipe")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(cost, pipeline_1f1b, "pipeline_1f1b")->Unit(benchmark::kMicrosecond);

}  // namespace
