#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

#include "topologies/direct_route.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

Topology with_links(NodeIndex nodes, std::vector<Link> links) {
  Topology topology;
  for (NodeIndex node = 0; node < nodes; ++node) {
    topology.nodes.push_back("n" + std::to_string(node));
    topology.hosts.push_back(node);
  }
  topology.links = std::move(links);
  topology.routing = Routing::single;
  make_channels(topology);
  return topology;
}

Link link(NodeIndex from, NodeIndex to, std::int64_t latency_ps, Duplex duplex = Duplex::full,
          double bytes_per_s = 1e9) {
  return {.from = from,
          .to = to,
          .bytes_per_s = bytes_per_s,
          .latency = {latency_ps},
          .duplex = duplex};
}

std::vector<ChannelIndex> channels(const Route& route) {
  return {route.channels.begin(), route.channels.end()};
}

// A diamond: 0 - 1 - 3 over links 0 and 3, 0 - 2 - 3 over links 1 and 2.
Topology diamond(std::int64_t latency_over_1, std::int64_t latency_over_2) {
  return with_links(4, {link(0, 1, latency_over_1), link(0, 2, latency_over_2),
                        link(2, 3, latency_over_2), link(1, 3, latency_over_1)});
}

Topology uniform(const char* kind, std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = kind;
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1e9;
  spec.link.latency_s = 1e-6;
  const Result<Topology> topology = find_topology_kind(kind)->build(spec);
  REQUIRE(topology.ok());
  return *topology;
}

// Every route of `topology` must be what the search finds once the wiring is not known.
void check_against_search(const Topology& topology) {
  Topology general = topology;
  general.wiring = Wiring::general;
  Routes computed(topology);
  Routes searched(general);
  const auto nodes = static_cast<NodeIndex>(topology.nodes.size());
  for (NodeIndex from = 0; from < nodes; ++from)
    for (NodeIndex to = 0; to < nodes; ++to) {
      const Route one = computed.between_nodes(from, to);
      const Route other = searched.between_nodes(from, to);
      CHECK(channels(one) == channels(other));
      CHECK(one.latency == other.latency);
      CHECK(one.bytes_per_s == other.bytes_per_s);
      CHECK(computed.connects(from, to));
      CHECK(searched.connects(from, to));
    }
}

// What the contract ranks paths by.
struct Path {
  std::int64_t latency_ps = 0;
  std::size_t hops = 0;
  std::vector<LinkIndex> links;
  friend auto operator<=>(const Path&, const Path&) = default;
};

// The best simple path, by trying all of them.
void try_all(const Topology& topology, NodeIndex node, NodeIndex to, const Path& so_far,
             std::vector<bool>& visited, std::optional<Path>& best) {
  if (node == to) {
    if (!best || so_far < *best) best = so_far;
    return;
  }
  visited[static_cast<std::size_t>(node)] = true;
  for (std::size_t i = 0; i < topology.links.size(); ++i) {
    const Link& way = topology.links[i];
    const bool forwards = way.from == node;
    if (!forwards && (way.to != node || way.duplex == Duplex::simplex)) continue;
    const NodeIndex next = forwards ? way.to : way.from;
    if (visited[static_cast<std::size_t>(next)]) continue;
    Path longer = so_far;
    longer.latency_ps += way.latency.ps;
    ++longer.hops;
    longer.links.push_back(static_cast<LinkIndex>(i));
    try_all(topology, next, to, longer, visited, best);
  }
  visited[static_cast<std::size_t>(node)] = false;
}

void check_against_all_paths(const Topology& topology) {
  Routes routes(topology);
  const auto nodes = static_cast<NodeIndex>(topology.nodes.size());
  for (NodeIndex from = 0; from < nodes; ++from)
    for (NodeIndex to = 0; to < nodes; ++to) {
      std::optional<Path> best;
      std::vector<bool> visited(topology.nodes.size());
      try_all(topology, from, to, {}, visited, best);
      REQUIRE(routes.connects(from, to) == best.has_value());
      if (!best) continue;
      const Route route = routes.between_nodes(from, to);
      Path found{route.latency.ps, route.channels.size(), {}};
      for (const ChannelIndex channel : route.channels)
        found.links.push_back(topology.channels[static_cast<std::size_t>(channel)].link);
      CHECK(found == *best);
    }
}

}  // namespace

TEST_CASE("routes: the least latency wins over fewer links") {
  // 0 -> 2 directly takes 10 ps, over 1 only 4 + 5.
  const Topology topology = with_links(3, {link(0, 2, 10), link(0, 1, 4), link(1, 2, 5)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 2)) == std::vector<ChannelIndex>{2, 4});
  CHECK(routes.between_nodes(0, 2).latency == Picoseconds{9});
  CHECK(channels(routes.between_nodes(2, 0)) == std::vector<ChannelIndex>{5, 3});
}

TEST_CASE("routes: of equal latencies the fewest links win") {
  // 0 -> 2 takes 9 ps either way; the direct link has the greatest index.
  const Topology topology = with_links(3, {link(0, 1, 4), link(1, 2, 5), link(0, 2, 9)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 2)) == std::vector<ChannelIndex>{4});
}

// Both ways through the diamond are alike. From 0 they are links (0, 3) and (1, 2): link 0 decides.
// From 3 they are (3, 0) and (2, 1): link 2 decides, so the way back is not the way there.
TEST_CASE("routes: ties go to the least sequence of link indices from the source") {
  const Topology topology = diamond(5, 5);
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 3)) == std::vector<ChannelIndex>{0, 6});
  CHECK(channels(routes.between_nodes(3, 0)) == std::vector<ChannelIndex>{5, 3});
  const Topology uneven = diamond(6, 5);
  Routes others(uneven);
  CHECK(channels(others.between_nodes(0, 3)) == std::vector<ChannelIndex>{2, 4});
}

TEST_CASE("routes: of parallel links the one with least latency, then least index, is taken") {
  const Topology topology = with_links(2, {link(0, 1, 7), link(1, 0, 5), link(0, 1, 5)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 1)) == std::vector<ChannelIndex>{3});  // link 1 backwards
  CHECK(channels(routes.between_nodes(1, 0)) == std::vector<ChannelIndex>{2});
}

TEST_CASE("routes: both directions of a half-duplex link are one channel") {
  const Topology topology =
      with_links(3, {link(0, 1, 5, Duplex::half), link(1, 2, 5, Duplex::full)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 2)) == std::vector<ChannelIndex>{0, 1});
  CHECK(channels(routes.between_nodes(2, 0)) == std::vector<ChannelIndex>{2, 0});
}

TEST_CASE("routes: a simplex link leads only there") {
  const Topology topology = with_links(
      3, {link(0, 1, 5, Duplex::simplex), link(1, 2, 5), link(2, 0, 5, Duplex::simplex)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 1)) == std::vector<ChannelIndex>{0});
  CHECK(channels(routes.between_nodes(1, 0)) == std::vector<ChannelIndex>{1, 3});
}

TEST_CASE("routes: an override holds for its pair and direction alone") {
  Topology topology = diamond(5, 5);
  topology.route_overrides = {{0, 3, {1, 2}}};
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 3)) == std::vector<ChannelIndex>{2, 4});
  CHECK(channels(routes.between_nodes(3, 0)) == std::vector<ChannelIndex>{5, 3});
  CHECK(channels(routes.between_nodes(0, 1)) == std::vector<ChannelIndex>{0});
}

TEST_CASE("routes: an override comes before the rule on every wiring, backwards and half too") {
  Topology mesh = uniform("fully_connected", 3);  // links 0-1, 0-2, 1-2
  mesh.route_overrides = {{1, 2, {0, 1}}};
  Routes routes(mesh);
  CHECK(channels(routes.between_nodes(1, 2)) == std::vector<ChannelIndex>{1, 2});

  Topology half = with_links(3, {link(0, 1, 5, Duplex::half), link(0, 2, 5), link(1, 2, 5)});
  half.route_overrides = {{1, 2, {0, 1}}};
  Routes shared(half);
  CHECK(channels(shared.between_nodes(1, 2)) == std::vector<ChannelIndex>{0, 1});
}

TEST_CASE("routes: latency is the sum, bandwidth that of the narrowest channel") {
  const Topology topology =
      with_links(3, {link(0, 1, 3, Duplex::full, 8e9), link(1, 2, 4, Duplex::full, 2e9)});
  Routes routes(topology);
  CHECK(routes.between_nodes(0, 2).latency == Picoseconds{7});
  CHECK(routes.between_nodes(0, 2).bytes_per_s == 2e9);
}

TEST_CASE("routes: a node reaches itself over no channels, in no time") {
  const Topology topology = diamond(5, 5);
  Routes routes(topology);
  const Route route = routes.between_nodes(2, 2);
  CHECK(route.channels.empty());
  CHECK(route.latency == Picoseconds{0});
  CHECK(route.bytes_per_s == std::numeric_limits<double>::infinity());
  CHECK(routes.connects(2, 2));
}

TEST_CASE("routes: hosts count in rank order") {
  Topology topology = with_links(3, {link(0, 1, 5), link(1, 2, 5)});
  topology.hosts = {2, 0};
  Routes routes(topology);
  CHECK(channels(routes.between_hosts(0, 1)) == std::vector<ChannelIndex>{3, 1});
}

TEST_CASE("routes: stars and fully connected hosts agree with the search, for all pairs") {
  for (const std::int64_t hosts : {1, 2, 3, 9, 20}) {
    check_against_search(uniform("star", hosts));
    check_against_search(uniform("fully_connected", hosts));
  }
  check_against_search(uniform("ring", 2));
}

TEST_CASE("routes: direct ones are those of the table, also where hosts are not used") {
  for (const char* kind : {"star", "fully_connected"}) {
    for (const int unused : {0, 1, 3}) {
      CAPTURE(kind);
      CAPTURE(unused);
      const Topology topology = uniform(kind, 6);
      Routes all(topology);
      Topology fewer = topology;
      fewer.hosts.erase(fewer.hosts.begin() + 1, fewer.hosts.begin() + 1 + unused);
      Routes some(fewer);
      REQUIRE(has_direct_routes(fewer));
      for (const NodeIndex from : fewer.hosts)
        for (const NodeIndex to : fewer.hosts) {
          if (from == to) continue;
          const Route route = all.between_nodes(from, to);
          CHECK(channels(some.between_nodes(from, to)) == channels(route));
          const DirectRoute direct = direct_route(fewer, from, to);
          CHECK(std::ranges::equal(direct.channels(), route.channels));
          CHECK(direct.latency == route.latency);
          CHECK(direct.bytes_per_s == route.bytes_per_s);
        }
    }
  }
}

TEST_CASE("routes: a star without latency takes two links all the same") {
  Topology star = uniform("star", 5);
  for (Link& each : star.links) each.latency = {};
  check_against_search(star);
}

// Few latencies, so that ties abound; multiples of 1, so that a direct link may cost more or less
// than a detour; all duplex modes; graphs that need not be connected.
TEST_CASE("routes: on random graphs the best of all simple paths is taken") {
  std::mt19937 random(1);
  const auto below = [&](unsigned bound) { return static_cast<std::int32_t>(random() % bound); };
  for (int round = 0; round < 300; ++round) {
    const NodeIndex nodes = 2 + below(5);
    std::vector<Link> links;
    for (std::int32_t count = below(10); count >= 0; --count) {
      const NodeIndex from = below(static_cast<unsigned>(nodes));
      const NodeIndex step = 1 + below(static_cast<unsigned>(nodes - 1));
      links.push_back(link(from, (from + step) % nodes, below(4), static_cast<Duplex>(below(3))));
    }
    check_against_all_paths(with_links(nodes, std::move(links)));
  }
}

// 300 x 300 routes make the table grow ten times and the arena many; the first spans must stay.
// Searches leave out nodes with one neighbour. Here no path is there but through such nodes' links.
TEST_CASE("routes: to and from nodes with one neighbour") {
  // 0 - 1: both have one neighbour. 2 - 3 - 4: the ends have. 5 -> 6: no way back.
  const Topology topology =
      with_links(7, {link(0, 1, 5), link(2, 3, 1), link(4, 3, 2), link(5, 6, 3, Duplex::simplex)});
  Routes routes(topology);
  CHECK(channels(routes.between_nodes(0, 1)) == std::vector<ChannelIndex>{0});
  CHECK(channels(routes.between_nodes(1, 0)) == std::vector<ChannelIndex>{1});
  CHECK(channels(routes.between_nodes(2, 4)) == std::vector<ChannelIndex>{2, 5});
  CHECK(channels(routes.between_nodes(3, 2)) == std::vector<ChannelIndex>{3});
  CHECK(channels(routes.between_nodes(5, 6)) == std::vector<ChannelIndex>{6});
  CHECK_FALSE(routes.connects(6, 5));
  CHECK_FALSE(routes.connects(0, 2));
  CHECK_FALSE(routes.connects(2, 1));
  CHECK_FALSE(routes.connects(4, 6));
  CHECK(routes.connects(4, 2));
}

TEST_CASE("routes: a route's channels stay where they are") {
  const Topology star = uniform("star", 300);
  Routes routes(star);
  const Route first = routes.between_hosts(0, 1);
  for (HostIndex from = 0; from < 300; ++from)
    for (HostIndex to = 0; to < 300; ++to) (void)routes.between_hosts(from, to);
  CHECK(channels(first) == std::vector<ChannelIndex>{0, 3});
  CHECK(routes.between_hosts(0, 1).channels.data() == first.channels.data());
}

TEST_CASE("routes: a path may be longer than a chunk of the arena") {
  std::vector<Link> links;
  for (NodeIndex node = 0; node < 5000; ++node) links.push_back(link(node, node + 1, 1));
  const Topology chain = with_links(5001, std::move(links));
  Routes routes(chain);
  const Route route = routes.between_nodes(0, 5000);
  CHECK(route.latency == Picoseconds{5000});
  REQUIRE(route.channels.size() == 5000);
  CHECK(route.channels[4999] == 9998);
}
