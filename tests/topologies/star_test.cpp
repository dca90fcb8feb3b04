#include <doctest/doctest.h>

#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

TopologySpec star_of(std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = "star";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1.25e9;
  spec.link.latency_s = 10e-6;
  return spec;
}

Result<Topology> build(const TopologySpec& spec) { return find_topology_kind("star")->build(spec); }

}  // namespace

TEST_CASE("star: link i joins host i and the switch, full duplex") {
  const Result<Topology> star = build(star_of(3));
  REQUIRE(star.ok());
  CHECK(star->kind == "star");
  CHECK(star->wiring == Wiring::star);
  CHECK(star->nodes == std::vector<std::string>{"host0", "host1", "host2", "switch"});
  CHECK(star->hosts == std::vector<NodeIndex>{0, 1, 2});
  REQUIRE(star->links.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(star->links[i].from == static_cast<NodeIndex>(i));
    CHECK(star->links[i].to == 3);
    CHECK(star->links[i].bytes_per_s == 1.25e9);
    CHECK(star->links[i].latency == Picoseconds{10'000'000});  // 10 us
    CHECK(star->links[i].duplex == Duplex::full);
  }
  // Two channels a link: up, then down.
  REQUIRE(star->channels.size() == 6);
  CHECK(star->first_channel_of_link == std::vector<ChannelIndex>{0, 2, 4});
  CHECK(star->channels[2].from == 1);
  CHECK(star->channels[2].to == 3);
  CHECK(star->channels[3].from == 3);
  CHECK(star->channels[3].to == 1);
  CHECK(star->channels[3].link == 1);
}

TEST_CASE("star: one host has its link") {
  const Result<Topology> star = build(star_of(1));
  REQUIRE(star.ok());
  CHECK(star->links.size() == 1);
  CHECK(star->hosts.size() == 1);
}

TEST_CASE("star: all faults of hosts and link at once") {
  TopologySpec spec = star_of(0);
  spec.link.bytes_per_s = -1;
  spec.link.latency_s = -2;
  spec.link.duplex = Duplex::half;
  const Result<Topology> star = build(spec);
  REQUIRE_FALSE(star.ok());
  CHECK(star.faults() ==
        Faults{{"/hosts", "must be at least 1, found 0"},
               {"/link/bandwidth", "must be finite and more than 0, found -1"},
               {"/link/latency", "must be at least 0, found -2"},
               {"/link/duplex", "must be full in a star; other links need a custom topology"}});
}

TEST_CASE("star: more hosts than are built are a fault") {
  const Result<Topology> star = build(star_of(4'194'305));
  REQUIRE_FALSE(star.ok());
  CHECK(star.faults() == Faults{{"/hosts", "must be at most 4194304, found 4194305"}});
}

TEST_CASE("star: a latency that picoseconds cannot hold is a fault") {
  TopologySpec spec = star_of(2);
  spec.link.latency_s = 1e7;
  const Result<Topology> star = build(spec);
  REQUIRE_FALSE(star.ok());
  CHECK(star.faults() ==
        Faults{{"/link/latency", "must be at most 9200000 s (106 days), found 10000000"}});
}

TEST_CASE("topologies: the registry knows its kinds by name") {
  std::vector<std::string> kinds;
  for (const TopologyKind& kind : topology_kinds()) {
    kinds.emplace_back(kind.kind);
    CHECK(find_topology_kind(kind.kind) == &kind);
    CHECK_FALSE(kind.summary.empty());
  }
  CHECK(kinds == std::vector<std::string>{"star", "ring", "fully_connected", "shared_memory",
                                          "line", "mesh", "torus", "hypercube", "tree", "fat_tree",
                                          "dragonfly", "machine", "custom"});
  CHECK(find_topology_kind("starr") == nullptr);
}
