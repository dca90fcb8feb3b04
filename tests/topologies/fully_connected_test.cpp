#include <doctest/doctest.h>

#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

Result<Topology> fully_connected(std::int64_t hosts) {
  TopologySpec spec;
  spec.kind = "fully_connected";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1e9;
  return find_topology_kind("fully_connected")->build(spec);
}

}  // namespace

TEST_CASE("fully_connected: a link for each pair, in lexicographic order") {
  const Result<Topology> mesh = fully_connected(4);
  REQUIRE(mesh.ok());
  CHECK(mesh->wiring == Wiring::fully_connected);
  std::vector<std::pair<NodeIndex, NodeIndex>> pairs;
  for (const Link& link : mesh->links) pairs.emplace_back(link.from, link.to);
  CHECK(pairs == std::vector<std::pair<NodeIndex, NodeIndex>>{
                     {0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}});
}

TEST_CASE("fully_connected: one host is a topology without links") {
  const Result<Topology> mesh = fully_connected(1);
  REQUIRE(mesh.ok());
  CHECK(mesh->links.empty());
  Routes routes(*mesh);
  CHECK(routes.between_hosts(0, 0).channels.empty());
}

// 4096 * 4095 / 2 = 8,386,560 links are built; 4097 * 4096 / 2 = 8,390,656 would be too many.
TEST_CASE("fully_connected: more links than are built are a fault") {
  const Result<Topology> mesh = fully_connected(4097);
  REQUIRE_FALSE(mesh.ok());
  CHECK(mesh.faults() ==
        Faults{{"/hosts",
                "must be at most 4096 in a fully_connected (each pair has a link, and at most "
                "8388608 links are built), found 4097"}});
  REQUIRE_FALSE(fully_connected(5'000'000).ok());
  CHECK(fully_connected(5'000'000).faults() ==
        Faults{{"/hosts", "must be at most 4194304, found 5000000"}});
}
