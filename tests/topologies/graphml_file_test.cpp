#include <doctest/doctest.h>

#include "tests/topologies/graph_texts.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;
using namespace lockstep::topologies::testing;

TEST_CASE("graphml_file: GraphML gives nodes, hosts and links in the file's order") {
  const TopologySpec spec = read(".graphml", graphml("undirected", three_nodes + R"(
    <edge source="z" target="y"><data key="l">10 us</data><data key="d">half</data></edge>
    <edge source="x" target="y"><data key="b">1250000000</data></edge>)"));
  CHECK(spec.kind == "custom");
  CHECK(spec.file.empty());
  CHECK(spec.nodes == std::vector<std::string>{"h10", "hub", "h2"});
  CHECK(spec.host_names == std::vector<std::string>{"h10", "h2"});
  REQUIRE(spec.links.size() == 2);
  CHECK(spec.links[0].from == "h2");
  CHECK(spec.links[0].to == "hub");
  CHECK(spec.links[0].bytes_per_s == 2e9);  // the key's default
  CHECK(spec.links[0].latency_s == 10e-6);
  CHECK(spec.links[0].duplex == Duplex::half);
  CHECK(spec.links[1].from == "h10");
  CHECK(spec.links[1].bytes_per_s == 1.25e9);
  CHECK(spec.links[1].latency_s == 0);
  CHECK(spec.links[1].duplex == Duplex::full);
}

TEST_CASE("graphml_file: nodes of GraphML are named by name, or label, or id") {
  const std::string keys = R"(<graphml>
    <key id="d0" for="node" attr.name="name"/><key id="d1" for="node" attr.name="label"/>
    <key id="d2" for="edge" attr.name="bandwidth"/><graph edgedefault="undirected">)";
  const std::string edges = R"(<edge source="0" target="1"><data key="d2">1</data></edge>
    <edge source="1" target="2"><data key="d2">1</data></edge></graph></graphml>)";
  const std::string nodes = R"(<node id="0"><data key="d1">Bern</data></node>
    <node id="1"><data key="d1"> Genf
    </data><data key="d0">Geneva</data></node><node id="2"/>)";
  const TopologySpec spec = read(".graphml", keys + nodes + edges);
  CHECK(spec.nodes == std::vector<std::string>{"Bern", "Geneva", "2"});
  CHECK(spec.links[0].from == "Bern");
  // Two nodes of one label would have one name: all go by their ids, but those with a name.
  const std::string alike = R"(<node id="0"><data key="d1">Bern</data></node>
    <node id="1"><data key="d0">hub</data></node><node id="2"><data key="d1">Bern</data></node>)";
  CHECK(read(".graphml", keys + alike + edges).nodes == std::vector<std::string>{"0", "hub", "2"});
}

TEST_CASE("graphml_file: faults of GraphML name their line") {
  // The nodes' and edges' lines: `graphml` puts nine lines before the body.
  CHECK(messages(".graphml", graphml("undirected", R"(
          <node id="x"><data key="n">a</data><data key="k">host</data></node>
          <node id="y"/>
          <edge source="y" target="x"><data key="d">both</data></edge>)")) ==
        Messages{"line 12: node \"y\" has no kind, but others have",
                 "line 13: duplex of link 0 (y -- a): must be full, half or simplex, found "
                 "\"both\""});
  CHECK(messages(".graphml", graphml("undirected", R"(<node id="x"/>
          <node id="x"/><node/><edge source="x" target="q"/><hyperedge/><data key="q"/>)")) ==
        Messages{"line 11: node \"x\" is there already, in line 10",
                 "line 11: a node without an id", "line 11: a hyperedge; a link joins two nodes",
                 "line 11: data of key \"q\", which no key element defines"});
  CHECK(messages(".graphml", graphml("undirected", R"(<node id="x"/>
          <edge source="x" target="q"/>)")) ==
        Messages{"line 11: an edge of node \"q\", which is not there"});
  CHECK(messages(".graphml", "<graphml><graph/>\n<graph/></graphml>") ==
        Messages{"line 2: a second graph; a file holds one"});
}

TEST_CASE("graphml_file: inner nodes and edges of GraphML's groups are kept") {
  const auto grouped = [](const std::string& behind) {
    return graphml("undirected", R"(
      <node id="r"><data key="n">rack</data><graph edgedefault="directed">
        <node id="r::a"><data key="n">a</data></node><node id="r::b"/>
        <edge source="r::a" target="r::b"/></graph></node>
      <node id="c"><data key="n">core</data></node>)" +
                                     behind);
  };
  // A group that edges end at is a node, if its nodes are reached by other edges.
  const TopologySpec all = read(".graphml", grouped(R"(<edge source="r" target="c"/>
      <edge source="r" target="r::a"/>)"));
  CHECK(all.nodes == std::vector<std::string>{"rack", "a", "r::b", "core"});
  REQUIRE(all.links.size() == 3);
  CHECK(all.links[0].from == "a");
  CHECK(all.links[0].duplex == Duplex::simplex);  // by the inner graph's edgedefault
  CHECK(all.links[2].to == "a");
  CHECK(all.links[2].duplex == Duplex::full);
  // One that is only drawn around its nodes is none.
  const TopologySpec box = read(".graphml", grouped(R"(<edge source="r::b" target="c"/>)"));
  CHECK(box.nodes == std::vector<std::string>{"a", "r::b", "core"});
  CHECK(messages(".graphml", grouped(R"(<edge source="r" target="c"/>)")) ==
        Messages{"line 11: \"rack\" is a group: an edge that ends at it reaches none of the nodes "
                 "within; connect those"});
}

TEST_CASE("graphml_file: what yEd draws beside a node is its label") {
  const TopologySpec spec =
      read(".graphml", R"(<graphml xmlns:y="http://www.yworks.com/xml/graphml">
    <key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="b" attr.name="bandwidth"/>
    <graph edgedefault="directed">
    <node id="n0"><port name="p"/><data key="d6"><y:ShapeNode><y:Geometry height="30"/>
      <y:NodeLabel fontSize="12">gpu 0<y:LabelModel/></y:NodeLabel></y:ShapeNode></data></node>
    <node id="n1"><data key="d6"><y:ShapeNode/></data></node>
    <edge source="n0" target="n1" directed="false" sourceport="p"><data key="b">5</data></edge>
    </graph></graphml>)");
  CHECK(spec.nodes == std::vector<std::string>{"gpu 0", "n1"});
  REQUIRE(spec.links.size() == 1);
  CHECK(spec.links[0].duplex == Duplex::full);
}

TEST_CASE("graphml_file: directed and undirected edges may stand together in GraphML") {
  const TopologySpec spec = read(".graphml", graphml("directed", three_nodes + R"(
    <edge source="x" target="y"/><edge directed="false" source="y" target="z"/>)"));
  CHECK(spec.links[0].duplex == Duplex::simplex);
  CHECK(spec.links[1].duplex == Duplex::full);
}
