#include <doctest/doctest.h>

#include "tests/scenarios/examples.hpp"

using namespace lockstep;
using namespace lockstep::scenarios;

namespace {

const std::string topology = "/cluster/topology";

Lines with(std::initializer_list<Override> changes) { return faults_of(custom_example, changes); }

std::vector<topologies::NodeIndex> hosts_with(std::initializer_list<Override> changes) {
  const auto scenario = changed(custom_example, changes);
  REQUIRE(scenario.ok());
  return scenario->cluster.topology->hosts;
}

}  // namespace

TEST_CASE("read_graph: nodes, links, presets, duplex and routes are read") {
  const auto scenario = parse_scenario(custom_example, ".");
  REQUIRE(scenario.ok());
  const topologies::Topology& graph = *scenario->cluster.topology;
  CHECK(graph.nodes == std::vector<std::string>{"a", "b", "middle"});
  CHECK(graph.links[0].latency.ps == 1'000'000);
  CHECK(graph.links[1].bytes_per_s == 1.25e9);
  CHECK(graph.links[1].duplex == topologies::Duplex::half);
  REQUIRE(graph.route_overrides.size() == 1);
  CHECK(graph.route_overrides[0].links == std::vector<topologies::LinkIndex>{2});
}

TEST_CASE("read_graph: hosts are the first n, a list of names, or the nodes of that kind") {
  using Hosts = std::vector<topologies::NodeIndex>;
  CHECK(hosts_with({{topology + "/hosts", "2"}}) == Hosts{0, 1});
  CHECK(hosts_with({{topology + "/hosts", R"(["middle", "a"])"}}) == Hosts{2, 0});
  const std::string kinds =
      R"([{"name": "a", "kind": "host"}, {"name": "b", "kind": "switch"}, "middle"])";
  const std::string links = R"([{"from": "a", "to": "b", "bandwidth": 1},
                                {"from": "b", "to": "middle", "bandwidth": 1}])";
  CHECK(hosts_with({{topology, R"({"kind": "custom", "nodes": )" + kinds + R"(, "links": )" +
                                   links + "}"}}) == Hosts{0, 2});
}

TEST_CASE("read_graph: hosts are said in one way") {
  CHECK(with({{topology + "/nodes/0", R"({"name": "a", "kind": "host"})"}}) ==
        Lines{topology + R"(/hosts: cannot stand beside the nodes' "kind")"});
  CHECK(with({{topology + "/hosts", "4"}}) ==
        Lines{topology + "/hosts: must be at most 3, found 4"});
  CHECK(with({{topology + "/hosts", "[]"}}) ==
        Lines{topology + "/hosts: must name at least one host, found none"});
  CHECK(with({{topology + "/hosts", "true"}}) ==
        Lines{topology + "/hosts: must be a list of node names, or an integer, found true"});
  CHECK(with({{topology, R"({"kind": "custom", "nodes": [{"name": "a", "kind": "switch"}],
                             "links": []})"}}) ==
        Lines{topology + "/nodes: must have at least one host, found none"});
}

TEST_CASE("read_graph: faults of elements have the elements' pointers") {
  CHECK(with({{topology + "/nodes/1", "5"},
              {topology + "/links/0/to", "7"},
              {topology + "/links/1/duplex", "ful"},
              {topology + "/links/2/bandwith", "1"},
              {topology + "/routes/0/links", "[0.5]"}}) ==
        Lines{topology + "/nodes/1: must be an object, found 5",
              topology + "/links/0/to: must be a string, found 7",
              topology + R"(/links/1/duplex: unknown duplex "ful"; did you mean "full"?)",
              topology + R"(/links/2/bandwith: unknown key "bandwith"; did you mean "bandwidth"?)",
              topology + "/routes/0/links/0: must be a whole number, found 0.5"});
  CHECK(with({{topology + "/nodes/0", R"({"name": "a", "kind": "hots"})"}}).at(0) ==
        topology + R"(/nodes/0/kind: unknown kind "hots"; did you mean "host"?)");
}

TEST_CASE("read_graph: faults of the graph itself come with absolute pointers") {
  const Lines lines = with({{topology + "/links/0/from", "nobody"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(topology + R"(/links/0/from: unknown node "nobody")"));
}

TEST_CASE("read_graph: a file stands in place of nodes and links") {
  CHECK(with({{topology + "/file", "net.dot"}}) ==
        Lines{topology + R"(/nodes: cannot stand beside "file")",
              topology + R"(/links: cannot stand beside "file")"});
  const Lines lines =
      with({{topology, R"({"kind": "custom", "file": "no_such_file.dot", "hosts": 2})"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(topology + "/file: "));
}
