// Which way messages take where paths tie: by hash, over all of them, over the first, as given.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sim/engine.hpp"
#include "topologies/network.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::topologies {

namespace {

constexpr double gigabyte = 1e9;

Link link(NodeIndex from, NodeIndex to, double bytes_per_s = gigabyte) {
  return {.from = from, .to = to, .bytes_per_s = bytes_per_s, .latency = Picoseconds{1000}};
}

Topology with_links(NodeIndex nodes, std::vector<Link> links, Routing routing = Routing::ecmp) {
  Topology topology;
  for (NodeIndex node = 0; node < nodes; ++node) {
    topology.nodes.push_back("n" + std::to_string(node));
    topology.hosts.push_back(node);
  }
  topology.links = std::move(links);
  topology.routing = routing;
  make_channels(topology);
  return topology;
}

// Hosts behind leaf switches that all have an uplink to every spine.
Topology leaf_spine(std::int64_t leaves, std::int64_t spines, std::int64_t hosts_per_leaf,
                    Routing routing = Routing::ecmp) {
  TopologySpec spec;
  spec.kind = "fat_tree";
  spec.routing = routing;
  LinkSpec of_hosts;
  of_hosts.bytes_per_s = gigabyte;
  of_hosts.latency_s = 1e-6;
  spec.settings = {{"leaves", leaves},
                   {"spines", spines},
                   {"hosts_per_leaf", hosts_per_leaf},
                   {"link", of_hosts},
                   {"uplink", of_hosts}};
  return *find_topology_kind(spec.kind)->build(spec);
}

double makespan_s(const Topology& topology,
                  const std::vector<std::pair<NodeIndex, NodeIndex>>& ends,
                  Sharing sharing = Sharing::max_min) {
  std::vector<RawFlow> flows;
  for (const auto& [from, to] : ends)
    flows.push_back({.from = from, .to = to, .bytes = 1'000'000'000, .start = {}});
  return run_traffic(topology, sharing, flows, {}).makespan.seconds();
}

std::vector<ChannelIndex> channels(const Route& route) {
  return {route.channels.begin(), route.channels.end()};
}

}  // namespace

TEST_CASE("routing: two flows over two spines take one each") {
  const Topology topology = leaf_spine(2, 2, 2);
  CHECK(makespan_s(topology, {{0, 2}, {1, 3}}) == doctest::Approx(1).epsilon(1e-4));
  CHECK(makespan_s(topology, {{2, 0}, {3, 1}}) == doctest::Approx(1).epsilon(1e-4));
  Topology single = topology;
  single.routing = Routing::single;
  CHECK(makespan_s(single, {{0, 2}, {1, 3}}) == doctest::Approx(2).epsilon(1e-4));
}

TEST_CASE("routing: messages of one pair take parallel links in turn") {
  for (const std::size_t parallel : {2, 3, 4, 7}) {
    const Topology topology = with_links(2, std::vector<Link>(parallel, link(0, 1)));
    const std::vector<std::pair<NodeIndex, NodeIndex>> ends(parallel, {0, 1});
    CHECK(makespan_s(topology, ends) == doctest::Approx(1).epsilon(1e-4));
  }
}

TEST_CASE("routing: consecutive numbers visit all paths before one again") {
  // Two choices of three: from 0 by 1 or 2, and on by one of three links.
  std::vector<Link> links = {link(0, 1), link(0, 2)};
  for (int i = 0; i < 3; ++i) {
    links.push_back(link(1, 3));
    links.push_back(link(2, 3));
  }
  const Topology topology = with_links(4, links);
  Routes routes(topology);
  std::map<std::vector<ChannelIndex>, int> seen;
  for (PathNumber number = 0; number < 12; ++number)
    ++seen[channels(routes.between_nodes(0, 3, number))];
  CHECK(seen.size() == 6);
  for (const auto& [path, times] : seen) CHECK(times == 2);
  CHECK(routes.next_number(0, 3) == 0);
  CHECK(routes.next_number(0, 3) == 1);
  CHECK(routes.next_number(3, 0) == 0);
  CHECK(routes.next_number(0, 1) == 0);
  CHECK(routes.next_number(0, 1) == 0);  // one path: no number is needed
}

TEST_CASE("routing: every path is one of the best") {
  const Topology topology = leaf_spine(4, 3, 2);
  Topology first = topology;
  first.routing = Routing::single;
  Routes routes(topology);
  Routes single(first);
  for (HostIndex from = 0; from < 8; ++from)
    for (HostIndex to = 0; to < 8; ++to)
      for (PathNumber number = 0; number < 6; ++number) {
        const Route route = routes.between_hosts(from, to, number);
        const Route least = single.between_hosts(from, to);
        CHECK(route.latency == least.latency);
        CHECK(route.channels.size() == least.channels.size());
        CHECK(route.has_others == (from / 2 != to / 2));
        CHECK_FALSE(least.has_others);
        NodeIndex node = topology.hosts[static_cast<std::size_t>(from)];
        for (const ChannelIndex index : route.channels) {
          const Channel& channel = topology.channels[static_cast<std::size_t>(index)];
          CHECK(channel.from == node);
          node = channel.to;
        }
        CHECK(node == topology.hosts[static_cast<std::size_t>(to)]);
      }
}

// Throwing n balls into n bins leaves (1 - 1/n)^n of the bins empty, about 1/e: so many of the
// uplinks of a leaf are not used by the first messages of n pairs.
TEST_CASE("routing: hashes collide as balls thrown into bins do") {
  constexpr std::int64_t n = 64;
  const Topology topology = leaf_spine(32, n, n);
  Routes routes(topology);
  double empty = 0;
  for (HostIndex other_leaf = 1; other_leaf < 32; ++other_leaf) {
    std::vector<bool> taken(static_cast<std::size_t>(n), false);
    for (HostIndex host = 0; host < n; ++host) {
      const Route route = routes.between_hosts(host, other_leaf * static_cast<HostIndex>(n) + host);
      const Channel& up = topology.channels[static_cast<std::size_t>(route.channels[1])];
      taken[static_cast<std::size_t>(up.to) % n] = true;
    }
    empty += static_cast<double>(std::ranges::count(taken, false)) / n;
  }
  CHECK(empty / 31 == doctest::Approx(std::pow(1 - 1.0 / n, n)).epsilon(0.05));
}

TEST_CASE("routing: a spread message uses all paths at once") {
  const Topology parallel = with_links(2, {link(0, 1), link(0, 1)}, Routing::spread);
  for (const Sharing sharing : {Sharing::none, Sharing::single_port, Sharing::max_min})
    CHECK(makespan_s(parallel, {{0, 1}}, sharing) == doctest::Approx(0.5).epsilon(1e-4));
  CHECK(makespan_s(parallel, {{0, 1}, {0, 1}}) == doctest::Approx(1).epsilon(1e-4));
  // Behind one host link all parts together are no faster than that.
  const Topology fabric = leaf_spine(2, 4, 4, Routing::spread);
  CHECK(makespan_s(fabric, {{0, 4}}) == doctest::Approx(1).epsilon(1e-4));
  CHECK(makespan_s(fabric, {{0, 4}, {1, 5}, {2, 6}, {3, 7}}) == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("routing: a spread message takes the share of one, however many paths it has") {
  // To the other leaf over four paths, within the leaf over one: both are half of the host's link.
  const Topology fabric = leaf_spine(2, 4, 4, Routing::spread);
  CHECK(makespan_s(fabric, {{0, 4}, {0, 1}}) == doctest::Approx(2).epsilon(1e-4));
}

TEST_CASE("routing: spread bytes add up at every node") {
  const Topology fabric = leaf_spine(3, 4, 2, Routing::spread);
  Routes routes(fabric);
  const Route route = routes.between_hosts(0, 4);
  std::map<NodeIndex, double> balance;
  for (std::size_t hop = 0; hop < route.channels.size(); ++hop) {
    const Channel& channel = fabric.channels[static_cast<std::size_t>(route.channels[hop])];
    balance[channel.from] -= route.share(hop);
    balance[channel.to] += route.share(hop);
  }
  for (const auto& [node, sum] : balance)
    CHECK(sum == doctest::Approx(node == 0 ? -1 : node == 4 ? 1 : 0));
}

TEST_CASE("routing: of several given routes a message takes one by its number") {
  Topology topology = with_links(3, {link(0, 1), link(0, 2), link(2, 1)}, Routing::given);
  topology.route_overrides = {{0, 1, {0}}, {0, 1, {1, 2}}};
  CHECK(makespan_s(topology, {{0, 1}, {0, 1}}) == doctest::Approx(1).epsilon(1e-4));
  topology.routing = Routing::spread;
  CHECK(makespan_s(topology, {{0, 1}}) == doctest::Approx(0.5).epsilon(1e-4));
  topology.routing = Routing::single;
  CHECK(makespan_s(topology, {{0, 1}, {0, 1}}) == doctest::Approx(2).epsilon(1e-4));
}

TEST_CASE("routing: incast and oversubscription, as derived by hand") {
  // Four hosts behind each of two leaves, whose one uplink has the rate of a host: n flows into one
  // host take n seconds; a ring in leaf order crosses the uplink once, an exchange of halves with
  // four flows at a time.
  const Topology tree = leaf_spine(2, 1, 4);
  CHECK(makespan_s(tree, {{1, 0}, {2, 0}, {3, 0}}) == doctest::Approx(3).epsilon(1e-4));
  std::vector<std::pair<NodeIndex, NodeIndex>> ring;
  for (NodeIndex host = 0; host < 8; ++host) ring.emplace_back(host, (host + 1) % 8);
  CHECK(makespan_s(tree, ring) == doctest::Approx(1).epsilon(1e-4));
  CHECK(makespan_s(tree, {{0, 4}, {1, 5}, {2, 6}, {3, 7}}) == doctest::Approx(4).epsilon(1e-4));
}

TEST_CASE("network: messages that arrive at one instant are handed over as they began to flow") {
  // Five hosts send to the last one at once and share its link; all arrive together.
  const Topology tree = leaf_spine(1, 1, 6);
  sim::Engine engine;
  Network network(engine, tree, Sharing::max_min);
  std::vector<int> arrived;
  struct Note {
    std::vector<int>* arrived;
    int sender;
  };
  std::vector<Note> notes;
  for (int sender = 0; sender < 5; ++sender) notes.push_back({&arrived, sender});
  for (Note& note : notes)
    network.send(note.sender, 5, 1000,
                 {[](void* target, std::uint64_t) {
                    const auto* of = static_cast<Note*>(target);
                    of->arrived->push_back(of->sender);
                  },
                  &note, 0});
  REQUIRE(engine.run({}).finished());
  CHECK(arrived == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("routing: the links that no route uses") {
  Topology topology = with_links(2, {link(0, 1), link(0, 1)}, Routing::single);
  CHECK(Routes(topology).used_channels() == std::vector<bool>{true, true, false, false});
  for (const Routing routing : {Routing::ecmp, Routing::spread}) {
    topology.routing = routing;
    CHECK(Routes(topology).used_channels() == std::vector<bool>(4, true));
  }
}

TEST_CASE("routing: flows over an unshared link do not slow each other down") {
  Link fat = link(0, 1);
  fat.unshared = true;
  const Topology alone = with_links(2, {fat});
  CHECK(makespan_s(alone, {{0, 1}, {0, 1}, {0, 1}}) == doctest::Approx(1).epsilon(1e-4));
  // Two flows into a shared link of 3 GB/s: each has its 1 GB/s of the unshared one.
  const Topology both = with_links(3, {fat, link(1, 2, 3 * gigabyte)});
  CHECK(makespan_s(both, {{0, 2}, {0, 2}}) == doctest::Approx(1).epsilon(1e-4));
  const Topology narrow = with_links(3, {fat, link(1, 2, 1.5 * gigabyte)});
  CHECK(makespan_s(narrow, {{0, 2}, {0, 2}}) == doctest::Approx(4.0 / 3).epsilon(1e-4));
}

}  // namespace lockstep::topologies
