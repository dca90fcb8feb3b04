#include <doctest/doctest.h>

#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

TopologySpec shared_memory_of(std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = "shared_memory";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1e9;
  spec.link.latency_s = 1e-6;
  return spec;
}

Result<Topology> build(const TopologySpec& spec) {
  return find_topology_kind("shared_memory")->build(spec);
}

}  // namespace

TEST_CASE("shared_memory: cores, a memory that is no host, and one half-duplex bus") {
  const Result<Topology> built = build(shared_memory_of(3));
  REQUIRE(built.ok());
  CHECK(built->kind == "shared_memory");
  CHECK(built->wiring == Wiring::bus);
  CHECK(built->nodes == std::vector<std::string>{"host0", "host1", "host2", "bus", "memory"});
  CHECK(built->hosts == std::vector<NodeIndex>{0, 1, 2});
  CHECK(built->memory == 4);
  REQUIRE(built->links.size() == 1);
  CHECK(built->links[0].from == 3);
  CHECK(built->links[0].to == 4);
  CHECK(built->links[0].bytes_per_s == 1e9);
  CHECK(built->links[0].latency == Picoseconds{1'000'000});
  CHECK(built->links[0].duplex == Duplex::half);
  CHECK(built->channels.size() == 1);
}

TEST_CASE("shared_memory: every route is the bus, once") {
  const Topology built = *build(shared_memory_of(3));
  Routes routes(built);
  for (NodeIndex from = 0; from < 5; ++from)
    for (NodeIndex to = 0; to < 5; ++to) {
      if (from == to) continue;
      CHECK(routes.connects(from, to));
      const Route route = routes.between_nodes(from, to);
      CHECK(std::vector<ChannelIndex>(route.channels.begin(), route.channels.end()) ==
            std::vector<ChannelIndex>{0});
      CHECK(route.latency == Picoseconds{1'000'000});
      CHECK(route.bytes_per_s == 1e9);
    }
}

TEST_CASE("shared_memory: reads, writes and messages between cores share the bus") {
  // With two cores node 3 is the memory. Three times 1,000 bytes at 1 GB/s, all at once: a third
  // each, 3 us after 1 us of latency.
  const Topology built = *build(shared_memory_of(2));
  const std::vector<RawFlow> flows = {{3, 0, 1000, {}}, {1, 3, 1000, {}}, {0, 1, 1000, {}}};
  const TrafficResult result = run_traffic(built, Sharing::max_min, flows);
  REQUIRE(result.outcome.finished());
  for (const Picoseconds finish : result.finish) CHECK(finish == Picoseconds{4'000'000});
}

TEST_CASE("shared_memory: all faults of hosts and bus at once") {
  TopologySpec spec = shared_memory_of(0);
  spec.link.bytes_per_s = 0;
  spec.link.latency_s = -2;
  const Result<Topology> built = build(spec);
  REQUIRE_FALSE(built.ok());
  CHECK(built.faults() == Faults{{"/hosts", "must be at least 1, found 0"},
                                 {"/link/bandwidth", "must be finite and more than 0, found 0"},
                                 {"/link/latency", "must be at least 0, found -2"}});
}

TEST_CASE("shared_memory: other topologies have no memory to share") {
  for (const TopologyKind& kind : topology_kinds()) {
    if (kind.keys != TopologyKeys::hosts_and_link) continue;
    CHECK(kind.build(shared_memory_of(4))->memory.has_value() == (kind.kind == "shared_memory"));
  }
}
