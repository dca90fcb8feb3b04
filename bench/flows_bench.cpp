// Flows that share a network max-min fairly: random ones over a two-level tree, many to one host,
// all to all, and servers beside workers. All but those to all that are alike start or end one by
// one, and each changes the rates of others.
#include <benchmark/benchmark.h>

#include "bench/clusters.hpp"
#include "models/readers/simulate/simulate.hpp"
#include "sim/random_stream.hpp"
#include "topologies/traffic.hpp"

namespace {

using namespace lockstep;

constexpr int hosts = 256;

std::int64_t random_bytes(sim::RandomStream& random) {
  return static_cast<std::int64_t>(1'000'000 + random.below(9'000'000));
}

std::vector<topologies::RawFlow> random_flows(std::int64_t count, std::uint64_t spread_ms) {
  sim::RandomStream random(1, 0);
  std::vector<topologies::RawFlow> flows;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto from = static_cast<topologies::NodeIndex>(random.below(hosts));
    const auto step = static_cast<topologies::NodeIndex>(1 + random.below(hosts - 1));
    const std::int64_t bytes = random_bytes(random);
    flows.push_back({from, (from + step) % hosts, bytes,
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

// Each host sends to host 0 once, in the time that these messages take.
void incast(benchmark::State& state) {
  const topologies::Topology star = bench::star(state.range(0) + 1);
  sim::RandomStream random(2, 0);
  const double span_s = static_cast<double>(state.range(0)) * 4e-3;
  std::vector<topologies::RawFlow> flows;
  for (std::int64_t host = 1; host <= state.range(0); ++host)
    flows.push_back({static_cast<topologies::NodeIndex>(host), 0, random_bytes(random),
                     nearest_seconds(span_s * random.uniform())});
  for (auto _ : state)
    benchmark::DoNotOptimize(topologies::run_traffic(star, topologies::Sharing::max_min, flows));
  state.SetComplexityN(state.range(0));
}

void all_to_all(benchmark::State& state, bool alike) {
  const auto ranks = static_cast<topologies::NodeIndex>(state.range(0));
  const topologies::Topology star = bench::star(ranks);
  sim::RandomStream random(3, 0);
  std::vector<topologies::RawFlow> flows;
  for (topologies::NodeIndex from = 0; from < ranks; ++from)
    for (topologies::NodeIndex to = 0; to < ranks; ++to)
      if (from != to) flows.push_back({from, to, alike ? 1'000'000 : random_bytes(random), {}});
  for (auto _ : state)
    benchmark::DoNotOptimize(topologies::run_traffic(star, topologies::Sharing::max_min, flows));
}
void all_to_all_alike(benchmark::State& state) { all_to_all(state, true); }
void all_to_all_uneven(benchmark::State& state) { all_to_all(state, false); }

// Asynchronous SGD with `servers`, beside as many workers or, if there is one, on a host of its
// own.
void parameter_servers(benchmark::State& state) {
  const auto workers = state.range(0);
  const auto servers = state.range(1);
  models::Training training;
  training.batch_is_global = true;
  training.batch = 4 * workers;
  training.iterations = 4;
  models::AlgorithmSpec spec = bench::spec_of("async_sgd");
  spec.options.set("servers", servers);
  if (servers > 1) spec.options.set("placement", std::string("colocated"));
  const models::Setup setup =
      bench::setup_of(spec, bench::star(servers > 1 ? workers : workers + 1),
                      {.layers = 4, .width = servers > 1 ? 256 : 64}, training);
  models::Simulated last;
  for (auto _ : state) benchmark::DoNotOptimize(last = models::simulate(setup));
  state.counters["messages"] = to_double(last.messages);
  state.counters["simulated_s"] = last.makespan.seconds();
}

BENCHMARK(incast)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(all_to_all_alike)->Arg(64)->Unit(benchmark::kMillisecond);
BENCHMARK(all_to_all_uneven)->Arg(64)->Unit(benchmark::kMillisecond);
BENCHMARK(parameter_servers)
    ->Args({1024, 1})
    ->Args({16'384, 1})
    ->Args({256, 256})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(flows_at_once)->Arg(1000)->Arg(3000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(flows_spread_over_10_s)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
