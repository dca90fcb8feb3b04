#include <doctest/doctest.h>

#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

Topology ring_of(std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = "ring";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1e9;
  spec.link.latency_s = 1e-6;
  const Result<Topology> ring = find_topology_kind("ring")->build(spec);
  REQUIRE(ring.ok());
  return *ring;
}

}  // namespace

TEST_CASE("ring: link i joins host i and the next host, the last joins the first") {
  const Topology ring = ring_of(4);
  CHECK(ring.wiring == Wiring::general);
  CHECK(ring.nodes == std::vector<std::string>{"host0", "host1", "host2", "host3"});
  REQUIRE(ring.links.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(ring.links[i].from == static_cast<NodeIndex>(i));
    CHECK(ring.links[i].to == static_cast<NodeIndex>((i + 1) % 4));
  }
}

TEST_CASE("ring: two hosts share one link, one host has none") {
  CHECK(ring_of(2).links.size() == 1);
  CHECK(ring_of(2).wiring == Wiring::fully_connected);
  CHECK(ring_of(1).links.empty());
  CHECK(ring_of(1).wiring == Wiring::fully_connected);
}

// From host 0 in a ring of 6: host 2 is two links away clockwise (links 0, 1), host 4 two links
// the other way (links 5, 4), host 3 three links either way: the hash of the message decides or,
// with single routes, the lesser first link, 0.
// Clockwise over link i is channel 2i, back is 2i + 1.
TEST_CASE("ring: messages take the shorter way, clockwise if both are alike and one is taken") {
  Topology ring = ring_of(6);
  CHECK(Routes(ring).between_hosts(0, 3).has_others);
  CHECK_FALSE(Routes(ring).between_hosts(0, 2).has_others);
  ring.routing = Routing::single;
  Routes routes(ring);
  const auto channels = [&](HostIndex from, HostIndex to) {
    const Route route = routes.between_hosts(from, to);
    return std::vector<ChannelIndex>(route.channels.begin(), route.channels.end());
  };
  CHECK(channels(0, 1) == std::vector<ChannelIndex>{0});
  CHECK(channels(0, 2) == std::vector<ChannelIndex>{0, 2});
  CHECK(channels(0, 4) == std::vector<ChannelIndex>{11, 9});
  CHECK(channels(0, 3) == std::vector<ChannelIndex>{0, 2, 4});
  // From host 3 the ways to host 0 begin with links 3 and 2: here anticlockwise wins.
  CHECK(channels(3, 0) == std::vector<ChannelIndex>{5, 3, 1});
  CHECK(routes.between_hosts(0, 3).latency == Picoseconds{3'000'000});
}
