// Random flows over a two-level tree, max-min fair: all start at once, and each end changes rates.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"
#include "sim/random_stream.hpp"
#include "topologies/traffic.hpp"

namespace {

using namespace lockstep;

constexpr int hosts = 256;

std::vector<topologies::RawFlow> random_flows(std::int64_t count, std::uint64_t spread_ms) {
  sim::RandomStream random(1, 0);
  std::vector<topologies::RawFlow> flows;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto from = static_cast<topologies::NodeIndex>(random.below(hosts));
    const auto step = static_cast<topologies::NodeIndex>(1 + random.below(hosts - 1));
    flows.push_back({from, (from + step) % hosts,
                     static_cast<std::int64_t>(1'000'000 + random.below(9'000'000)),
                     nearest_seconds(1e-3 * static_cast<double>(spread_ms) * random.uniform())});
  }
  return flows;
}

void run(benchmark::State& state, std::uint64_t spread_ms) {
  const topologies::Topology tree = bench::two_level_tree(hosts, 16, 4);
  const auto flows = random_flows(state.range(0), spread_ms);
  for (auto _ : state)
    benchmark::DoNotOptimize(topologies::run_traffic(tree, topologies::Sharing::max_min, flows));
  state.SetComplexityN(state.range(0));
}

void flows_at_once(benchmark::State& state) { run(state, 0); }
void flows_spread_over_10_s(benchmark::State& state) { run(state, 10'000); }

BENCHMARK(flows_at_once)->Arg(1000)->Arg(3000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(flows_spread_over_10_s)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
