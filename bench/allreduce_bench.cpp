// Ring allreduce of 100 MB over 1,024 ranks, message by message: 2 x 1,023 x 1,024 messages. On a
// star no two messages meet; on the two-level tree every one shares uplinks with 31 others. The
// same by steps, each one event; and by steps over 65,536 ranks in racks of 128.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"
#include "models/readers/simulate/simulate.hpp"

namespace {

using namespace lockstep;

// One layer of 4,999 x 4,999 weights and 4,999 biases: 25.0 M scalars, 100 MB.
constexpr models::Mlp mlp{.layers = 1, .width = 4999};

void run(benchmark::State& state, topologies::Topology topology, models::Granularity granularity) {
  models::Training training;
  training.batch = 1;
  models::Setup setup = bench::setup_of("sync_sgd", std::move(topology), mlp, training);
  setup.cluster.granularity = granularity;
  models::Simulated last;
  for (auto _ : state) benchmark::DoNotOptimize(last = models::simulate(setup));
  state.counters["messages"] = to_double(last.messages);
  state.counters["simulated_s"] = last.makespan.seconds();
  state.counters["events"] = static_cast<double>(last.events);
}

void ring_on_star(benchmark::State& state) {
  run(state, bench::star(state.range(0)), models::Granularity::message);
}
void ring_on_contended_tree(benchmark::State& state) {
  run(state, bench::two_level_tree(static_cast<int>(state.range(0)), 32, 4),
      models::Granularity::message);
}
void ring_by_steps(benchmark::State& state) {
  run(state, bench::star(state.range(0)), models::Granularity::automatic);
}
void ring_by_steps_in_racks(benchmark::State& state) {
  const auto hosts = static_cast<int>(state.range(0));
  run(state, bench::two_level_tree(hosts, hosts / 128, 128), models::Granularity::step);
}

BENCHMARK(ring_on_star)->Arg(64)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(ring_on_contended_tree)->Arg(64)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(ring_by_steps)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK(ring_by_steps_in_racks)->Arg(65'536)->Unit(benchmark::kMillisecond);

}  // namespace
