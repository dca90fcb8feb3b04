#include "topologies/rank_order.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/scenarios/examples.hpp"

namespace lockstep::topologies {

namespace {

using Groups = std::vector<std::vector<HostIndex>>;

Topology of(const std::string& topology) {
  const auto scenario =
      scenarios::changed(scenarios::training_example, {{"/cluster/topology", topology}});
  REQUIRE(scenario.ok());
  return *scenario->cluster.topology;
}

const char* const two_racks = R"({ "kind": "tree", "levels": [
  { "children": 3, "link": "ethernet_10g" }, { "children": 2, "link": "ethernet_10g" }] })";

}  // namespace

TEST_CASE("rank_order: hosts are close if they share a rack or a node") {
  CHECK(close_hosts(of(two_racks)) == Groups{{0, 1, 2}, {3, 4, 5}});
  CHECK(close_hosts(of(R"({ "kind": "torus", "dimensions": [2, 2],
                            "link": "ethernet_10g" })")) == Groups{{0}, {1}, {2}, {3}});
  CHECK(close_hosts(of(R"({ "kind": "star", "hosts": 3, "link": "ethernet_10g" })")) ==
        Groups{{0, 1, 2}});
  const Groups nodes = close_hosts(of(R"({ "kind": "machine", "machines": 2, "devices": 4,
    "ports": 2, "network": "infiniband_hdr", "link": "nvlink3" })"));
  CHECK(nodes == Groups{{0, 1, 2, 3}, {4, 5, 6, 7}});
}

TEST_CASE("rank_order: block and cyclic, on racks whose hosts are numbered in turn") {
  CHECK(cyclic_order(of(two_racks)) == std::vector<HostIndex>{0, 3, 1, 4, 2, 5});
  const Topology shuffled = in_order(of(two_racks), {0, 3, 1, 4, 2, 5});
  CHECK(close_hosts(shuffled) == Groups{{0, 2, 4}, {1, 3, 5}});
  CHECK(block_order(shuffled) == std::vector<HostIndex>{0, 2, 4, 1, 3, 5});
  // In blocks again, the hosts are those that they were.
  CHECK(in_order(shuffled, block_order(shuffled)).hosts == of(two_racks).hosts);
}

}  // namespace lockstep::topologies
