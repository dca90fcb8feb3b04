#include "topologies/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/paths.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::topologies {

namespace {

constexpr std::int64_t million = 1'000'000;
constexpr Picoseconds millisecond{1'000'000'000};

TopologySpec uniform(const char* kind, std::int64_t hosts, double bytes_per_s, double latency_s) {
  TopologySpec spec;
  spec.kind = kind;
  spec.hosts = hosts;
  spec.link.bytes_per_s = bytes_per_s;
  spec.link.latency_s = latency_s;
  return spec;
}

Topology build(const TopologySpec& spec) { return *find_topology_kind(spec.kind)->build(spec); }

std::vector<Picoseconds> finish(const Topology& topology, Sharing sharing,
                                const std::vector<RawFlow>& flows) {
  TrafficResult result = run_traffic(topology, sharing, flows);
  REQUIRE(result.outcome.finished());
  return result.finish;
}

// Hosts in `racks` racks, each behind a leaf switch with an uplink to the core.
Topology two_level_tree(int racks, int hosts_a_rack, double host_rate, double uplink_rate,
                        double latency_s) {
  TopologySpec spec;
  spec.kind = "custom";
  for (int host = 0; host < racks * hosts_a_rack; ++host)
    spec.nodes.push_back("h" + std::to_string(host));
  spec.host_names = spec.nodes;
  for (int rack = 0; rack < racks; ++rack) spec.nodes.push_back("leaf" + std::to_string(rack));
  spec.nodes.emplace_back("core");
  for (int host = 0; host < racks * hosts_a_rack; ++host)
    spec.links.push_back({"h" + std::to_string(host), "leaf" + std::to_string(host / hosts_a_rack),
                          host_rate, latency_s, Duplex::full});
  for (int rack = 0; rack < racks; ++rack)
    spec.links.push_back(
        {"leaf" + std::to_string(rack), "core", uplink_rate, latency_s, Duplex::full});
  return build(spec);
}

std::vector<RawFlow> random_flows(sim::RandomStream& random, int hosts, int count,
                                  std::int64_t most_bytes) {
  std::vector<RawFlow> flows;
  for (int i = 0; i < count; ++i) {
    const auto from = static_cast<NodeIndex>(random.below(static_cast<std::uint64_t>(hosts)));
    const auto step = 1 + random.below(static_cast<std::uint64_t>(hosts - 1));
    const auto to = static_cast<NodeIndex>((static_cast<std::uint64_t>(from) + step) %
                                           static_cast<std::uint64_t>(hosts));
    flows.push_back(
        {from, to, static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most_bytes))),
         Picoseconds{static_cast<std::int64_t>(random.below(20)) * millisecond.ps}});
  }
  return flows;
}

}  // namespace

TEST_CASE("network: a message alone takes its latency, then its bytes over the narrowest channel") {
  // Two links of 10 us each; 1 MB at 1 GB/s: 20 us + 1 ms.
  const Topology star = build(uniform("star", 3, 1e9, 10e-6));
  for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min})
    CHECK(finish(star, sharing, {{0, 1, million, {}}}).front() == Picoseconds{1'020'000'000});
}

TEST_CASE("network: max_min shares a host's link and gives the rest what is freed") {
  // Both flows leave host 0 at 1 GB/s: half each until the shorter ends at 2 ms; then the longer
  // has 1 MB left at the full rate: 3 ms.
  const Topology star = build(uniform("star", 3, 1e9, 0));
  CHECK(finish(star, Sharing::max_min, {{0, 1, million, {}}, {0, 2, 2 * million, {}}}) ==
        std::vector<Picoseconds>{2 * millisecond, 3 * millisecond});
}

TEST_CASE("network: a flow takes no bandwidth while it is in latency") {
  // The second flow starts at 1 ms but needs 2 ms of latency: by then, at 2 ms, the first is done.
  TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"a", "b", "c"};
  spec.host_names = spec.nodes;
  spec.links = {{"a", "b", 1e9, 0, Duplex::full}, {"c", "a", 1e9, 2e-3, Duplex::full}};
  const Topology graph = build(spec);
  CHECK(finish(graph, Sharing::max_min, {{0, 1, 2 * million, {}}, {2, 1, million, millisecond}}) ==
        std::vector<Picoseconds>{2 * millisecond, 4 * millisecond});
}

TEST_CASE("network: single_port sends and receives one message at a time, in order of arrival") {
  // Each message takes 1 ms. Host 0 sends to 1, then to 2; host 3's message to 2 asks first, since
  // host 0's second is still behind its first: 2 is free for it at once.
  const Topology star = build(uniform("star", 4, 1e9, 0));
  CHECK(finish(star, Sharing::single_port,
               {{0, 1, million, {}}, {0, 2, million, {}}, {3, 2, million, {}}}) ==
        std::vector<Picoseconds>{millisecond, 2 * millisecond, millisecond});
  // Three to one receiver: one after another.
  CHECK(finish(star, Sharing::single_port,
               {{1, 0, million, {}}, {2, 0, million, {}}, {3, 0, million, {}}}) ==
        std::vector<Picoseconds>{millisecond, 2 * millisecond, 3 * millisecond});
}

TEST_CASE("network: single_port keeps both ends for the latency too") {
  // 1 ms of latency and 1 ms of bytes each, to one receiver: 2 ms, 4 ms.
  const Topology star = build(uniform("star", 3, 1e9, 0.5e-3));
  CHECK(finish(star, Sharing::single_port, {{1, 0, million, {}}, {2, 0, million, {}}}) ==
        std::vector<Picoseconds>{2 * millisecond, 4 * millisecond});
}

TEST_CASE("network: without sharing, nobody slows anybody down") {
  const Topology star = build(uniform("star", 4, 1e9, 0));
  CHECK(finish(star, Sharing::none, {{1, 0, million, {}}, {2, 0, million, {}}}) ==
        std::vector<Picoseconds>{millisecond, millisecond});
}

TEST_CASE("network: both directions share a half-duplex link and not a full-duplex one") {
  TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"a", "b"};
  spec.host_names = spec.nodes;
  spec.links = {{"a", "b", 1e9, 0, Duplex::half}};
  const std::vector<RawFlow> flows = {{0, 1, million, {}}, {1, 0, million, {}}};
  CHECK(finish(build(spec), Sharing::max_min, flows) ==
        std::vector<Picoseconds>{2 * millisecond, 2 * millisecond});
  spec.links.front().duplex = Duplex::full;
  CHECK(finish(build(spec), Sharing::max_min, flows) ==
        std::vector<Picoseconds>{millisecond, millisecond});
}

TEST_CASE("network: a message without bytes takes the latency") {
  const Topology star = build(uniform("star", 2, 1e9, 1e-3));
  for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min})
    CHECK(finish(star, sharing, {{0, 1, 0, {}}}).front() == 2 * millisecond);
}

TEST_CASE("network: no channel is ever over its capacity, and each lets its bytes through") {
  sim::RandomStream random(3, 0);
  for (int round = 0; round < 30; ++round) {
    const Topology tree = two_level_tree(3, 3, 1e9, 1.5e9, round % 2 == 0 ? 0 : 1e-5);
    const std::vector<RawFlow> flows = random_flows(random, 9, 60, 3 * million);
    sim::Engine engine;
    Network network(engine, tree, Sharing::max_min);
    struct Watch {
      Network* network;
      const std::vector<RawFlow>* flows;
      std::size_t arrived = 0;
      void start(std::uint64_t index) {
        const RawFlow& flow = (*flows)[index];
        network->send(
            flow.from, flow.to, flow.bytes,
            {[](void* self, std::uint64_t) { static_cast<Watch*>(self)->arrive(); }, this, 0});
      }
      void arrive() {
        ++arrived;
        const std::vector<double> rates = network->channel_rates();
        for (std::size_t channel = 0; channel < rates.size(); ++channel)
          CHECK(rates[channel] <= network->topology().channels[channel].bytes_per_s * (1 + 1e-12));
      }
    } watch{&network, &flows};
    Count sent = 0;
    for (std::size_t index = 0; index < flows.size(); ++index) {
      sent += flows[index].bytes;
      engine.after(flows[index].start, {[](void* self, std::uint64_t argument) {
                                          static_cast<Watch*>(self)->start(argument);
                                        },
                                        &watch, index});
    }
    REQUIRE(engine.run().finished());
    CHECK(watch.arrived == flows.size());
    // What leaves hosts is what enters them, and a channel needs bytes / capacity of busy time.
    Count left = 0;
    Count entered = 0;
    const std::vector<ChannelLoad> loads = network.loads();
    for (std::size_t channel = 0; channel < loads.size(); ++channel) {
      const Channel& wire = tree.channels[channel];
      if (wire.from < 9) left += loads[channel].bytes;
      if (wire.to < 9) entered += loads[channel].bytes;
      CHECK(loads[channel].busy.seconds() >=
            to_double(loads[channel].bytes) / wire.bytes_per_s * (1 - 1e-9));
    }
    CHECK(left == sent);
    CHECK(entered == sent);
  }
}

TEST_CASE("network: sharing is never faster than having the network alone") {
  sim::RandomStream random(4, 0);
  for (int round = 0; round < 40; ++round) {
    const Topology tree = two_level_tree(2, 4, 1e9, 2e9, 1e-5);
    const std::vector<RawFlow> flows = random_flows(random, 8, 40, 2 * million);
    const std::vector<Picoseconds> alone = finish(tree, Sharing::none, flows);
    const std::vector<Picoseconds> shared = finish(tree, Sharing::max_min, flows);
    for (std::size_t flow = 0; flow < flows.size(); ++flow) {
      CHECK(shared[flow] >= alone[flow]);
      CHECK(alone[flow] >= flows[flow].start);
    }
  }
}

TEST_CASE("network: more bandwidth is never slower without contention") {
  sim::RandomStream random(5, 0);
  for (int round = 0; round < 40; ++round) {
    const std::vector<RawFlow> flows = random_flows(random, 6, 20, 2 * million);
    const double rate = 1e8 + 1e9 * random.uniform();
    const std::vector<Picoseconds> slow =
        finish(two_level_tree(2, 3, rate, rate, 1e-6), Sharing::none, flows);
    const std::vector<Picoseconds> fast =
        finish(two_level_tree(2, 3, rate * 1.5, rate * 1.1, 1e-6), Sharing::none, flows);
    for (std::size_t flow = 0; flow < flows.size(); ++flow) CHECK(fast[flow] <= slow[flow]);
  }
}

TEST_CASE("network: the order in which simultaneous flows are given changes no finish") {
  sim::RandomStream random(6, 0);
  for (int round = 0; round < 20; ++round) {
    const Topology tree = two_level_tree(3, 4, 1e9, 2e9, 1e-5);
    std::vector<RawFlow> flows = random_flows(random, 12, 80, 2 * million);
    const std::vector<Picoseconds> first = finish(tree, Sharing::max_min, flows);
    std::reverse(flows.begin(), flows.end());
    std::vector<Picoseconds> second = finish(tree, Sharing::max_min, flows);
    std::reverse(second.begin(), second.end());
    CHECK(first == second);
  }
}

TEST_CASE("network: max_min agrees with SimGrid 3.32 to 1e-9 s on two-level trees") {
  // Cases and finish times made with SimGrid (CM02, correction factors 1): tests/references.
  for (const char* name : {"tree8_1", "tree8z_1", "tree32_1"}) {
    std::ifstream file(lockstep::testing::source_folder() / "tests/references/max_min" /
                       (std::string(name) + ".json"));
    const nlohmann::json reference = nlohmann::json::parse(file);
    const nlohmann::json& cluster = reference["scenario"]["cluster"]["topology"];
    TopologySpec spec;
    spec.kind = "custom";
    spec.nodes = cluster["nodes"].get<std::vector<std::string>>();
    for (const nlohmann::json& link : cluster["links"])
      spec.links.push_back(
          {link["from"], link["to"], link["bandwidth"], link["latency"], Duplex::simplex});
    const Topology tree = build(spec);
    const auto node = [&](const nlohmann::json& wanted) {
      const auto found = std::find(tree.nodes.begin(), tree.nodes.end(), wanted.get<std::string>());
      return static_cast<NodeIndex>(found - tree.nodes.begin());
    };
    std::vector<RawFlow> flows;
    for (const nlohmann::json& flow : reference["scenario"]["traffic"])
      flows.push_back(
          {node(flow["from"]), node(flow["to"]), flow["bytes"], nearest_seconds(flow["start"])});
    const std::vector<Picoseconds> ends = finish(tree, Sharing::max_min, flows);
    CAPTURE(name);
    REQUIRE(ends.size() == reference["finish_s"].size());
    for (std::size_t flow = 0; flow < ends.size(); ++flow)
      CHECK(std::abs(ends[flow].seconds() - reference["finish_s"][flow].get<double>()) < 1e-9);
  }
}

}  // namespace lockstep::topologies
