// The closed forms of one configuration: what `lockstep cost` computes for each run of a scenario,
// and what `lockstep sweep --cost` does for each point.
#include <benchmark/benchmark.h>

#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "bench/clusters.hpp"
#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "scenarios/swept_scenario.hpp"

namespace {

using namespace lockstep;

// One iteration of `algorithm` with its default options on 16 workers, or nothing if the defaults
// do not go with them.
std::optional<models::Setup> setup_of(const models::Algorithm& algorithm) {
  models::Training training;
  training.batch = 256;
  auto setup = models::make_setup({.layers = 32, .width = 4096}, training,
                                  bench::cluster_of(bench::star(17)),
                                  bench::spec_of(std::string(algorithm.kind).c_str()));
  if (!setup) return std::nullopt;
  return *std::move(setup);
}

void cost(benchmark::State& state, const models::Algorithm& algorithm) {
  const std::optional<models::Setup> setup = setup_of(algorithm);
  for (auto _ : state) benchmark::DoNotOptimize(algorithm.closed_form(*setup));
}

// One configuration of each algorithm, as in a comparison of all.
void cost_of_each(benchmark::State& state) {
  std::vector<models::Setup> setups;
  for (const models::Algorithm* algorithm : models::algorithms())
    if (auto setup = setup_of(*algorithm)) setups.push_back(*std::move(setup));
  for (auto _ : state)
    for (const models::Setup& setup : setups)
      benchmark::DoNotOptimize(setup.algorithm->closed_form(setup));
  state.SetItemsProcessed(state.iterations() * std::ssize(setups));
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
    benchmark::DoNotOptimize(at->scenario.forms.data());
    configurations += static_cast<std::int64_t>(at->scenario.forms.size());
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

BENCHMARK(cost_of_each)->Unit(benchmark::kMicrosecond);

[[maybe_unused]] const bool one_by_one = [] {
  for (const models::Algorithm* algorithm : models::algorithms())
    if (setup_of(*algorithm))
      benchmark::RegisterBenchmark(
          ("cost/" + std::string(algorithm->kind)).c_str(),
          [algorithm](benchmark::State& state) { cost(state, *algorithm); })
          ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
