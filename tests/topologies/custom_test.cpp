#include <doctest/doctest.h>

#include <limits>

#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

LinkSpec link_spec(std::string from, std::string to, Duplex duplex = Duplex::full) {
  return {std::move(from), std::move(to), 1e9, 1e-6, duplex};
}

// a - b - c - d, as links 0, 1, 2.
TopologySpec chain() {
  TopologySpec spec;
  spec.kind = "custom";
  spec.nodes = {"a", "b", "c", "d"};
  spec.links = {link_spec("a", "b"), link_spec("b", "c"), link_spec("c", "d")};
  return spec;
}

Result<Topology> build(const TopologySpec& spec) {
  return find_topology_kind("custom")->build(spec);
}

Faults faults_of(const TopologySpec& spec) {
  const Result<Topology> topology = build(spec);
  REQUIRE_FALSE(topology.ok());
  return topology.faults();
}

}  // namespace

TEST_CASE("custom: the nodes with one neighbour compute") {
  const Result<Topology> ends = build(chain());
  REQUIRE(ends.ok());
  CHECK(ends->hosts == std::vector<NodeIndex>{0, 3});
  CHECK(ends->wiring == Wiring::general);

  // A second link to the same neighbour changes nothing.
  TopologySpec twice = chain();
  twice.links.push_back(link_spec("b", "a"));
  CHECK(build(twice)->hosts == std::vector<NodeIndex>{0, 3});
}

TEST_CASE("custom: all nodes compute if none has just one neighbour") {
  TopologySpec circle = chain();
  circle.links.push_back(link_spec("d", "a"));
  CHECK(build(circle)->hosts == std::vector<NodeIndex>{0, 1, 2, 3});

  TopologySpec alone;
  alone.nodes = {"only"};
  CHECK(build(alone)->hosts == std::vector<NodeIndex>{0});
}

TEST_CASE("custom: named hosts are ranks in the order of their naming") {
  TopologySpec spec = chain();
  spec.host_names = {"c", "a"};
  CHECK(build(spec)->hosts == std::vector<NodeIndex>{2, 0});
}

TEST_CASE("custom: full links have two channels, half and simplex links one") {
  TopologySpec spec = chain();
  spec.links = {link_spec("a", "b", Duplex::half), link_spec("b", "c"),
                link_spec("c", "d", Duplex::simplex), link_spec("d", "c", Duplex::simplex)};
  const Result<Topology> topology = build(spec);
  REQUIRE(topology.ok());
  CHECK(topology->first_channel_of_link == std::vector<ChannelIndex>{0, 1, 3, 4});
  CHECK(topology->channels.size() == 5);
  CHECK(topology->channels[2].from == 2);  // link 1 backwards: from c ...
  CHECK(topology->channels[2].to == 1);    // ... to b
}

TEST_CASE("custom: all faults of nodes and links at once") {
  TopologySpec spec;
  spec.nodes = {"left", "right", "", "left"};
  spec.links = {link_spec("left", "rigth"), link_spec("right", "right"),
                link_spec("left", "right")};
  spec.links[2].bytes_per_s = 0;
  spec.links[2].latency_s = std::numeric_limits<double>::infinity();
  spec.host_names = {"left", "lefty", "left"};
  CHECK(faults_of(spec) ==
        Faults{{"/nodes/2", "must not be empty"},
               {"/nodes/3", "\"left\" is already the name of /nodes/0"},
               {"/links/0/to", "unknown node \"rigth\"; did you mean \"right\"?"},
               {"/links/1/to", "a link from \"right\" to itself"},
               {"/links/2/bandwidth", "must be finite and more than 0, found 0"},
               {"/links/2/latency", "must be at most 9200000 s (106 days), found inf"},
               {"/hosts", "unknown node \"lefty\"; did you mean \"left\"?"},
               {"/hosts", "\"left\" stands there twice"}});
}

TEST_CASE("custom: a name that nobody knows hides no other fault") {
  TopologySpec spec = chain();
  spec.links.push_back(link_spec("x", "x"));
  spec.host_names = {"y", "y", "a"};
  spec.routes = {{"z", "z", {9}}, {"a", "z", {0, 9, 8}}, {"a", "z", {1}}};
  CHECK(faults_of(spec) == Faults{{"/links/3/from", "unknown node \"x\""},
                                  {"/links/3/to", "unknown node \"x\""},
                                  {"/links/3/to", "a link from \"x\" to itself"},
                                  {"/hosts", "unknown node \"y\""},
                                  {"/hosts", "\"y\" stands there twice"},
                                  {"/routes/0/from", "unknown node \"z\""},
                                  {"/routes/0/to", "unknown node \"z\""},
                                  {"/routes/0/to", "a route from \"z\" to itself"},
                                  {"/routes/0/links/0", "there is no link 9, only 4"},
                                  {"/routes/1/to", "unknown node \"z\""},
                                  {"/routes/1/links/1", "there is no link 9, only 4"},
                                  {"/routes/1/links/2", "there is no link 8, only 4"},
                                  {"/routes/2/to", "unknown node \"z\""},
                                  {"/routes/2/links/0", "link 1 (b - c) does not touch a"}});
}

TEST_CASE("custom: hosts out of reach are found beside other faults") {
  TopologySpec spec = chain();
  spec.links.pop_back();
  spec.links[0].bytes_per_s = -1;
  spec.host_names = {"a", "d", "e"};
  spec.routes = {{"a", "b", {1}}};
  CHECK(faults_of(spec) ==
        Faults{{"/links/0/bandwidth", "must be finite and more than 0, found -1"},
               {"/hosts", "unknown node \"e\""},
               {"/routes/0/links/0", "link 1 (b - c) does not touch a"},
               {"/links", "host \"d\" cannot reach host \"a\""}});
}

TEST_CASE("custom: what is unread has no more faults, and neither has what depends on it") {
  TopologySpec spec = chain();
  SUBCASE("figures") {
    spec.links[0].bytes_per_s = 0;
    spec.unread = {"/links/0/bandwidth"};
    CHECK(faults_of(spec).empty());
  }
  SUBCASE("the end of a link") {  // without which a cannot reach the others
    spec.links[0].to = "";
    spec.routes = {{"a", "c", {0, 1}}, {"a", "c", {1}}, {"a", "c", {0, 1}}};
    spec.unread = {"/links/0/to"};
    CHECK(faults_of(spec) == Faults{{"/routes/1/links/0", "link 1 (b - c) does not touch a"},
                                    {"/routes/2", "/routes/0 is the same route"}});
  }
  SUBCASE("a whole link") {
    spec.links[0] = {};
    spec.unread = {"/links/0"};
    CHECK(faults_of(spec).empty());
  }
  SUBCASE("all links") {
    spec.links.clear();
    spec.routes = {{"a", "d", {7}}, {"a", "x", {}}};
    spec.unread = {"/links"};
    CHECK(faults_of(spec) == Faults{{"/routes/1/to", "unknown node \"x\""}});
  }
  SUBCASE("the name of a node, which may be any") {
    spec.nodes[3] = "";
    spec.links.push_back(link_spec("a", "a"));
    spec.unread = {"/nodes/3"};
    CHECK(faults_of(spec) == Faults{{"/links/3/to", "a link from \"a\" to itself"}});
  }
  SUBCASE("all nodes") {
    spec.nodes.clear();
    spec.unread = {"/nodes"};
    CHECK(faults_of(spec).empty());
  }
  SUBCASE("hosts") {  // by choice these would be all nodes
    spec.links.pop_back();
    spec.links.push_back(link_spec("c", "a"));
    spec.unread = {"/hosts/1"};
    CHECK(faults_of(spec).empty());
  }
  SUBCASE("the index of a link on a route") {
    spec.routes = {{"a", "d", {0, 0, 7}}, {"a", "c", {2}}};
    spec.unread = {"/routes/0/links/1"};
    CHECK(faults_of(spec) == Faults{{"/routes/0/links/2", "there is no link 7, only 3"},
                                    {"/routes/1/links/0", "link 2 (c - d) does not touch a"}});
  }
}

TEST_CASE("custom: no nodes are a fault") {
  TopologySpec spec;
  spec.links = {link_spec("a", "b")};
  CHECK(faults_of(spec) == Faults{{"/nodes", "must name at least one node"},
                                  {"/links/0/from", "unknown node \"a\""},
                                  {"/links/0/to", "unknown node \"b\""}});
}

TEST_CASE("custom: routes must be paths from their first to their last node") {
  TopologySpec spec = chain();
  spec.links.push_back(link_spec("a", "c", Duplex::simplex));  // link 3
  spec.routes = {{"a", "d", {0, 2}},       {"c", "a", {3}},    {"a", "c", {0}},
                 {"a", "b", {7}},          {"a", "x", {0}},    {"b", "b", {0}},
                 {"d", "b", {2, 1}},       {"d", "b", {2, 1}}, {"d", "a", {2, 1, 1, 0}},
                 {"b", "d", {0, 3, 2, -1}}};
  CHECK(faults_of(spec) ==
        Faults{{"/routes/0/links/1", "link 2 (c - d) does not touch b"},
               {"/routes/1/links/0", "link 3 (a -> c) does not lead away from c"},
               {"/routes/2/links", "the route ends at \"b\", not at \"c\""},
               {"/routes/3/links/0", "there is no link 7, only 4"},
               {"/routes/4/to", "unknown node \"x\""},
               {"/routes/5/to", "a route from \"b\" to itself"},
               {"/routes/7", "/routes/6 is the same route"},
               {"/routes/8/links/2", "the route comes to \"c\" twice"},
               {"/routes/9/links/3", "there is no link -1, only 4"}});
}

TEST_CASE("custom: a route may go against a half-duplex link and along a simplex one") {
  TopologySpec spec = chain();
  spec.links[0].duplex = Duplex::half;
  spec.links.push_back(link_spec("a", "c", Duplex::simplex));  // link 3
  spec.routes = {{"b", "c", {0, 3}}};
  const Result<Topology> topology = build(spec);
  REQUIRE(topology.ok());
  CHECK(topology->route_overrides.size() == 1);
  CHECK(topology->route_overrides[0].from == 1);
  CHECK(topology->route_overrides[0].to == 2);
  CHECK(topology->route_overrides[0].links == std::vector<LinkIndex>{0, 3});
}

TEST_CASE("custom: every host must reach every other") {
  TopologySpec spec = chain();
  spec.host_names = {"a", "d"};
  SUBCASE("where nothing joins them") {
    spec.links.pop_back();
    CHECK(faults_of(spec).size() == 1);
    CHECK(faults_of(spec)[0].pointer == "/links");
  }
  SUBCASE("where the way leads only there") {
    spec.links[1].duplex = Duplex::simplex;
    CHECK(faults_of(spec) == Faults{{"/links", "host \"d\" cannot reach host \"a\""}});
  }
  SUBCASE("where the way leads only back") {
    spec.links[1] = link_spec("c", "b", Duplex::simplex);
    CHECK(faults_of(spec) == Faults{{"/links", "host \"a\" cannot reach host \"d\""}});
  }
}

TEST_CASE("custom: nodes that do not compute may be out of reach") {
  TopologySpec spec = chain();
  spec.links.pop_back();
  spec.host_names = {"a", "c"};
  const Result<Topology> topology = build(spec);
  REQUIRE(topology.ok());
  Routes routes(*topology);
  CHECK(routes.connects(0, 2));
  CHECK(routes.connects(3, 3));
  CHECK_FALSE(routes.connects(0, 3));
  CHECK_FALSE(routes.connects(3, 0));
}

TEST_CASE("custom: a file does not go with nodes or links") {
  TopologySpec spec = chain();
  spec.file = "graph.dot";
  CHECK(faults_of(spec) ==
        Faults{{"/file", "takes the place of nodes and links; give one or the other"}});
}
