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
        Lines{topology + R"(/hosts: cannot be combined with the nodes' "kind")"});
  CHECK(with({{topology + "/hosts", "4"}}) ==
        Lines{topology + "/hosts: must be at most 3, found 4"});
  CHECK(with({{topology + "/hosts", "[]"}}) ==
        Lines{topology + "/hosts: must name at least one host, found none"});
  CHECK(with({{topology + "/hosts", "true"}}) ==
        Lines{topology + "/hosts: must be a list of node names, or an integer, found true"});
  CHECK(with({{topology, R"({"kind": "custom", "nodes": [{"name": "a", "kind": "switch"}],
                             "links": []})"},
              {"/traffic/0/to", "a"}}) ==
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

TEST_CASE("read_graph: faults of form hide no faults of reference") {
  CHECK(with({{topology, R"({"kind": "custom", "nodes": ["a", "b"], "hosts": ["a", "q", "a"],
                "links": [{"from": "a", "to": "b", "bandwidth": 1, "duplex": "fulll"}]})"}}) ==
        Lines{topology + R"(/hosts: unknown node "q")",
              topology + R"(/hosts: "a" stands there twice)",
              topology + R"(/links/0/duplex: unknown duplex "fulll"; did you mean "full"?)"});
  CHECK(with({{topology, R"({"kind": "custom", "nodes": ["a", "b"], "hosts": ["a", "zz"],
                "links": [{"from": "a", "to": "b", "bandwidth": 0},
                          {"from": "a", "to": "bb", "bandwidth": 1},
                          {"from": "b", "to": "b", "bandwidth": 1}],
                "routes": [{"from": "a", "to": "b", "links": [7]}]})"}}) ==
        Lines{topology + R"(/hosts: unknown node "zz")",
              topology + "/links/0/bandwidth: must be greater than 0, found 0",
              topology + R"(/links/1/to: unknown node "bb")",
              topology + R"(/links/2/to: a link from "b" to itself)",
              topology + "/routes/0/links/0: there is no link 7, only 3"});
  CHECK(with({{topology, R"({"kind": "custom", "nodes": ["a", "b"], "hosts": 3,
                "links": [{"from": "a", "to": "c", "bandwidth": 1}]})"}}) ==
        Lines{topology + "/hosts: must be at most 2, found 3",
              topology + R"(/links/0/to: unknown node "c")"});
  CHECK(with({{topology + "/nodes", "[]"},
              {topology + "/links", "[]"},
              {topology + "/hosts", "0"},
              {topology + "/routes", "[]"},
              {"/traffic/0/to", "nobody knows"}}) ==
        Lines{topology + "/nodes: must name at least one node",
              topology + "/hosts: must be at least 1, found 0"});
}

TEST_CASE("read_graph: faults of all routes come at once") {
  CHECK(with({{topology + "/routes",
               R"([{"from": "a", "to": "b", "links": [1.5]},
                   {"from": "a", "to": "x", "links": [0]},
                   {"from": "b", "to": "b", "links": []},
                   {"from": "a", "to": "b", "links": [1]},
                   {"from": "b", "to": "a", "links": [9, -1]},
                   {"from": "a", "to": "middle", "links": [2]}])"}}) ==
        Lines{topology + "/routes/0/links/0: must be a whole number, found 1.5",
              topology + R"(/routes/1/to: unknown node "x")",
              topology + R"(/routes/2/to: a route from "b" to itself)",
              topology + "/routes/3/links/0: link 1 (middle - b) does not touch a",
              topology + "/routes/4/links/0: there is no link 9, only 3",
              topology + "/routes/4/links/1: must be at least 0, found -1",
              topology + R"(/routes/5/links: the route ends at "b", not at "middle")"});
}

TEST_CASE("read_graph: nothing is said about what depends on a fault") {
  // Without the middle, or either link, or either end, a could not reach b.
  const std::initializer_list<Override> chain = {{topology + "/links/2", R"(
      {"from": "b", "to": "a", "bandwidth": 1, "duplex": "simplex"})"},
                                                 {topology + "/routes", "[]"}};
  const auto chain_with = [&](std::initializer_list<Override> changes) {
    LoadOptions options;
    options.overrides = chain;
    options.overrides.insert(options.overrides.end(), changes);
    return faults_of(custom_example, options);
  };
  CHECK(chain_with({}).empty());
  CHECK(chain_with({{topology + "/links/0", "5"}}) ==
        Lines{topology + "/links/0: must be an object, found 5"});
  CHECK(chain_with({{topology + "/links/0/to", "5"}}) ==
        Lines{topology + "/links/0/to: must be a string, found 5"});
  CHECK(chain_with({{topology + "/links/0", R"({"from": "a", "bandwidth": 1})"}}) ==
        Lines{topology + "/links/0/to: missing"});
  CHECK(chain_with({{topology + "/links/0/to", "middl"}}) ==
        Lines{topology + R"(/links/0/to: unknown node "middl"; did you mean "middle"?)"});
  CHECK(chain_with({{topology + "/nodes/2", "5"}}) ==
        Lines{topology + "/nodes/2: must be an object, found 5"});
  CHECK(chain_with({{topology + "/nodes", "5"}, {topology + "/hosts", R"(["a", "b"])"}}) ==
        Lines{topology + "/nodes: must be a list of nodes, found 5"});
  CHECK(chain_with({{topology + "/links", "5"}}) ==
        Lines{topology + "/links: must be a list of links, found 5"});
  CHECK(chain_with({{topology + "/links/1/preset", "ethernet"}}).size() == 1);
  // Where hosts are unknown, nobody is out of reach.
  CHECK(chain_with({{topology + "/nodes/-", "alone"}, {topology + "/hosts", "5"}}) ==
        Lines{topology + "/hosts: must be at most 4, found 5"});
  CHECK(chain_with({{topology + "/nodes/-", "alone"}, {topology + "/hosts", "[1]"}}) ==
        Lines{topology + "/hosts/0: must be a string, found 1"});
  // Where they are known, a faulty figure keeps nobody from being out of reach.
  CHECK(chain_with({{topology + "/nodes", R"(["a", "b", "alone", "middle"])"},
                    {topology + "/hosts", "3"},
                    {topology + "/links/0/bandwidth", "0"}}) ==
        Lines{topology + R"(/links: host "alone" cannot reach host "a")",
              topology + "/links/0/bandwidth: must be greater than 0, found 0"});
}

TEST_CASE("read_graph: a name that two nodes have is told once") {
  const std::string twice = topology + R"(/nodes/1: "a" is already the name of /nodes/0)";
  const std::string links = R"(, "links": [{"from": "a", "to": "b", "bandwidth": 1}]})";
  const auto of_nodes = [&](const std::string& nodes) {
    return with({{topology, R"({"kind": "custom", "nodes": )" + nodes + links}});
  };
  CHECK(of_nodes(R"(["a", "a", "b"])") == Lines{twice});
  CHECK(of_nodes(R"(["a", "a", "b"], "hosts": 3)") == Lines{twice});
  CHECK(of_nodes(R"([{"name": "a", "kind": "host"}, {"name": "a", "kind": "host"}, "b"])") ==
        Lines{twice});
  CHECK(of_nodes(R"([{"name": "", "kind": "host"}, {"name": "a", "kind": "host"}, "b"])") ==
        Lines{topology + "/nodes/0: must not be empty"});
}

TEST_CASE("read_graph: flows find their nodes in a graph with other faults") {
  CHECK(with({{topology + "/links/0/bandwidth", "0"}, {"/traffic/0/to", "midle"}}) ==
        Lines{topology + "/links/0/bandwidth: must be greater than 0, found 0",
              R"(/traffic/0/to: unknown node "midle"; did you mean "middle"?)"});
  CHECK(with({{topology + "/hosts", "7"}, {"/traffic/0/to", "midle"}}).size() == 2);
  CHECK(with({{topology + "/nodes/2", "7"}, {"/traffic/0/to", "midle"}}).size() == 1);
}

TEST_CASE("read_graph: faults of the graph itself come with absolute pointers") {
  const Lines lines = with({{topology + "/links/0/from", "nobody"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(topology + R"(/links/0/from: unknown node "nobody")"));
}

TEST_CASE("read_graph: a file stands in place of nodes and links") {
  CHECK(with({{topology + "/file", "net.dot"}}) ==
        Lines{topology + R"(/nodes: cannot be combined with "file")",
              topology + R"(/links: cannot be combined with "file")",
              topology + R"(/file: cannot read "./net.dot": there is no such file)"});
  CHECK(with({{topology + "/file", "5"}}) ==
        Lines{topology + R"(/nodes: cannot be combined with "file")",
              topology + R"(/links: cannot be combined with "file")",
              topology + "/file: must be a string, found 5"});
  const Lines lines =
      with({{topology, R"({"kind": "custom", "file": "no_such_file.dot", "hosts": 2})"}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(topology + "/file: "));
}
