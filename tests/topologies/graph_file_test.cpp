#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "sim/base/quantity.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;

namespace {

// A file in the folder for temporary files, gone at the end of the test.
class TemporaryFile {
 public:
  TemporaryFile(const char* extension, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep_graph_file_test" + std::to_string(++count) + extension)) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] TopologySpec spec() const {
    TopologySpec spec;
    spec.kind = "custom";
    spec.file = path_.string();
    return spec;
  }

 private:
  static inline int count = 0;
  std::filesystem::path path_;
};

TopologySpec read(const char* extension, const std::string& text) {
  const TemporaryFile file(extension, text);
  TopologySpec spec = file.spec();
  const Faults faults = read_graph_file(spec);
  for (const Fault& fault : faults) MESSAGE(fault.message);
  REQUIRE(faults.empty());
  return spec;
}

std::vector<std::string> messages_of(const TopologySpec& spec) {
  const Result<Topology> topology = find_topology_kind("custom")->build(spec);
  REQUIRE_FALSE(topology.ok());
  std::vector<std::string> messages;
  for (const Fault& fault : topology.faults()) {
    CHECK(fault.pointer == "/file");
    messages.push_back(fault.message);
  }
  return messages;
}

std::vector<std::string> messages(const char* extension, const std::string& text) {
  const TemporaryFile file(extension, text);
  std::vector<std::string> found = messages_of(file.spec());
  // The path varies; what follows it does not.
  const std::string start = "cannot read \"" + file.path().string() + "\": ";
  for (std::string& message : found)
    if (message.starts_with(start)) message = message.substr(start.size());
  return found;
}

using Messages = std::vector<std::string>;

std::string graphml(const std::string& edge_default, const std::string& body) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="n" for="node" attr.name="name" attr.type="string"/>
  <key id="k" for="node" attr.name="kind" attr.type="string"/>
  <key id="c" for="node" attr.name="colour" attr.type="int"/>
  <key id="b" for="edge" attr.name="bandwidth" attr.type="double"><default>2e9</default></key>
  <key id="l" for="edge" attr.name="latency" attr.type="string"/>
  <key id="d" for="edge" attr.name="duplex" attr.type="string"/>
  <graph id="G" edgedefault=")" +
         edge_default + "\">\n" + body + "</graph>\n</graphml>\n";
}

const std::string three_nodes = R"(
  <node id="x"><data key="n">h10</data><data key="k">host</data><data key="c">7</data></node>
  <node id="y"><data key="n">hub</data><data key="k">switch</data></node>
  <node id="z"><data key="n">h2</data><data key="k">host</data></node>)";

}  // namespace

TEST_CASE("graph_file: GraphML gives nodes, hosts and links in the file's order") {
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

TEST_CASE("graph_file: directed edges are simplex unless they say otherwise") {
  const TopologySpec spec = read(".graphml", graphml("directed", three_nodes + R"(
    <edge source="z" target="y"/>
    <edge source="x" target="y"><data key="d">full</data></edge>
    <edge source="y" target="z"/>)"));
  REQUIRE(spec.links.size() == 3);
  CHECK(spec.links[0].duplex == Duplex::simplex);
  CHECK(spec.links[1].duplex == Duplex::full);
  CHECK(spec.links[2].from == "hub");

  const TopologySpec dot = read(".gv", R"(digraph {
    a -> b [bandwidth="1 GB/s"]; b -> a [bandwidth="1 GB/s", duplex=half]; })");
  REQUIRE(dot.links.size() == 2);
  CHECK(dot.links[0].duplex == Duplex::simplex);
  CHECK(dot.links[1].duplex == Duplex::half);
}

TEST_CASE("graph_file: DOT names vertices by their ids; defaults and units count") {
  const TopologySpec spec = read(".dot", R"(graph cluster {
    // comments /* of { every # kind
    edge [bandwidth="10 Gbit/s", latency="5 us", colour=red];
    hub [label="the {{{ switch", name=switch];
    c -- hub; a -- hub; b -- hub [bandwidth=1000000000];
  })");
  CHECK(spec.nodes == std::vector<std::string>{"a", "b", "c", "switch"});  // by id
  CHECK(spec.host_names.empty());
  REQUIRE(spec.links.size() == 3);
  CHECK(spec.links[0].from == "c");  // the file's order
  CHECK(spec.links[0].to == "switch");
  CHECK(spec.links[0].bytes_per_s == 1.25e9);  // 10 Gbit/s
  CHECK(spec.links[0].latency_s == 5e-6);
  CHECK(spec.links[0].duplex == Duplex::full);
  CHECK(spec.links[2].bytes_per_s == 1e9);
}

TEST_CASE("graph_file: custom builds from a file, with hosts and routes of the scenario") {
  const TemporaryFile file(".dot", R"(graph { edge [bandwidth=1000000000];
    node [kind=host]; a; b; c; node [kind=switch]; s;
    a -- s; b -- s; c -- s; a -- b; })");
  const auto build = find_topology_kind("custom")->build;
  const Result<Topology> plain = build(file.spec());
  REQUIRE(plain.ok());
  CHECK(plain->hosts == std::vector<NodeIndex>{0, 1, 2});
  CHECK(plain->links.size() == 4);

  TopologySpec spec = file.spec();
  spec.host_names = {"c", "a"};
  spec.routes = {{"a", "b", {0, 1}}};
  const Result<Topology> chosen = build(spec);
  REQUIRE(chosen.ok());
  CHECK(chosen->hosts == std::vector<NodeIndex>{2, 0});
  CHECK(chosen->route_overrides.size() == 1);
}

TEST_CASE("graph_file: faults of the graph point to the file, all at once") {
  CHECK(messages(".dot", R"(graph {
          a [kind=host]; b [kind=router]; c;
          a -- b; b -- c [bandwidth="10 Gbit", duplex=both]; })") ==
        Messages{"kind of node \"b\" must be host or switch, found \"router\"",
                 "node \"c\" has no kind, but others have", "link 0 (a -- b) has no bandwidth",
                 "bandwidth of link 1 (b -- c): " +
                     std::get<QuantityError>(parse_quantity("10 Gbit", Dimension::bytes_per_second))
                         .message,
                 "duplex of link 1 (b -- c): must be full, half or simplex, found \"both\""});
  CHECK(messages(".dot", "graph { a -- a [bandwidth=-1]; }") ==
        Messages{"links/0/to: a link from \"a\" to itself",
                 "links/0/bandwidth: must be finite and more than 0, found -1"});
  CHECK(messages(".dot", "graph { a; b; }") ==
        Messages{"links: host \"b\" cannot reach host \"a\""});
  CHECK(messages(".dot", "graph { a [kind=switch]; }") == Messages{"no node is of kind host"});
  CHECK(messages(".dot", "graph { }") == Messages{"nodes: must name at least one node"});
}

TEST_CASE("graph_file: nodes of GraphML need a name beside their id") {
  CHECK(messages(".graphml", graphml("undirected", "<node id=\"x\"/>")) ==
        Messages{"node 0 has no name; give each node a \"name\" attribute, as ids are not read"});
  // The nameless have their numbers in other faults, and could be anything that links refer to.
  CHECK(messages(".graphml", graphml("undirected", R"(
          <node id="x"><data key="n">a</data><data key="k">host</data></node>
          <node id="y"/>
          <edge source="y" target="x"><data key="d">both</data></edge>
          <edge source="y" target="y"/>)")) ==
        Messages{"node 1 has no name; give each node a \"name\" attribute, as ids are not read",
                 "node 1 has no kind, but others have",
                 "duplex of link 0 (node 1 -- a): must be full, half or simplex, found \"both\""});
}

TEST_CASE("graph_file: faults of the file hide none of the graph, and none of hosts and routes") {
  const TemporaryFile file(".dot", R"(graph {
    a [kind=host]; b [kind=hots]; a -- a; a -- b [bandwidth="1 GB/s", latency="1 m/s"]; })");
  TopologySpec spec = file.spec();
  spec.host_names = {"a", "c"};
  spec.routes = {{"b", "a", {5}}};
  const Result<Topology> topology = find_topology_kind("custom")->build(spec);
  REQUIRE_FALSE(topology.ok());
  CHECK(topology.faults() ==
        Faults{{"/file", "kind of node \"b\" must be host or switch, found \"hots\""},
               {"/file", "link 0 (a -- a) has no bandwidth"},
               {"/file",
                "latency of link 1 (a -- b): " +
                    std::get<QuantityError>(parse_quantity("1 m/s", Dimension::seconds)).message},
               {"/file", "links/0/to: a link from \"a\" to itself"},
               {"/hosts", "unknown node \"c\"; did you mean \"a\"?"},
               {"/routes/0/links/0", "there is no link 5, only 2"}});
}

TEST_CASE("graph_file: of a file that cannot be read, nothing is known") {
  TopologySpec spec;
  spec.file = "no/such/file.dot";
  spec.host_names = {"a", "a", "b"};
  spec.routes = {{"a", "a", {}}, {"a", "b", {3}}};
  const Result<Topology> topology = find_topology_kind("custom")->build(spec);
  REQUIRE_FALSE(topology.ok());
  CHECK(topology.faults() ==
        Faults{{"/file", "cannot read \"no/such/file.dot\": there is no such file"},
               {"/hosts", "\"a\" stands there twice"},
               {"/routes/0/to", "a route from \"a\" to itself"}});
}

TEST_CASE("graph_file: a name that two hosts have is told once") {
  CHECK(messages(".dot", R"(graph { node [kind=host]; a; b [name=a]; a -- b [bandwidth=1]; })") ==
        Messages{"nodes/1: \"a\" is already the name of /nodes/0",
                 "links/0/to: a link from \"a\" to itself"});
}

TEST_CASE("graph_file: a misspelt kind is not taken for a lack of hosts") {
  CHECK(messages(".dot", "graph { a [kind=hots]; b [kind=switch]; a -- b [bandwidth=1]; }") ==
        Messages{"kind of node \"a\" must be host or switch, found \"hots\""});
}

TEST_CASE("graph_file: a file that cannot be read is a fault") {
  TopologySpec spec;
  spec.file = "no/such/file.dot";
  CHECK(messages_of(spec) == Messages{"cannot read \"no/such/file.dot\": there is no such file"});
  spec.file = "graph.txt";
  CHECK(messages_of(spec) == Messages{"must end in .graphml, .dot or .gv, found \"graph.txt\""});

  const TemporaryFile folder(".dot", "");
  std::filesystem::remove(folder.path());
  std::filesystem::create_directory(folder.path());
  CHECK(messages_of(folder.spec()).front().ends_with("it is not a file"));
}

TEST_CASE("graph_file: a file over 64 MiB is a fault") {
  const TemporaryFile file(".dot", "graph { }");
  std::filesystem::resize_file(file.path(), (64 << 20) + 1);  // sparse
  CHECK(messages_of(file.spec()).front().ends_with("it has 67108865 bytes, more than 64 MiB"));
}

TEST_CASE("graph_file: broken files are faults that say why") {
  CHECK(messages(".dot", "graph { a -- ").front().starts_with("Wanted \"subgraph\""));
  CHECK(messages(".dot", "graph { a -> b; }").front().starts_with("Using -> in undirected"));
  CHECK(messages(".dot", "") == messages(".dot", " \n"));
  CHECK(messages(".graphml", "<graphml>\n<graph>\n<node id=\"x\"").front().starts_with("line 3: "));
  CHECK(messages(".graphml", "").size() == 1);
  CHECK(messages(".graphml", "<html/>") == Messages{"No such node (graphml)"});
  CHECK(messages(".graphml", graphml("directed", three_nodes + R"(
          <edge source="x" target="y"/><edge directed="false" source="y" target="z"/>)")) ==
        Messages{"it has both directed and undirected edges"});
}

TEST_CASE("graph_file: deep nesting is a fault, not an overrun stack") {
  const auto repeat = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  const Messages deep{"it is nested more than 100 deep"};
  CHECK(messages(".dot", "graph " + repeat("{", 1'000'000)) == deep);
  CHECK(messages(".graphml", repeat("<a>", 1'000'000)) == deep);
  // What closes only in strings and comments does not close.
  CHECK(messages(".dot", "graph { a " + repeat("{ \"}\" /* } */ ", 100)) == deep);
  CHECK(messages(".graphml", repeat("<a b='</a>'><!-- </a> --><![CDATA[</a>]]>", 101)) == deep);
  CHECK(messages(".dot", "graph { a [label=<b>]; }") == Messages{"HTML-like strings are not read"});
  // Siblings are not nested.
  const TopologySpec wide =
      read(".dot", "graph { " + repeat("subgraph { a; b; } ", 1000) + "a -- b [bandwidth=1] }");
  CHECK(wide.nodes.size() == 2);
}

// In DOT `1e9` is the number 1 and the word e9; Boost's reader takes the 1 and drops the word.
TEST_CASE("graph_file: a number in DOT that runs into letters is a fault") {
  const std::string why = " is neither a number nor a word in DOT; put it in quotes";
  CHECK(messages(".dot", "graph { a -- b [bandwidth=1.5e9]; }") == Messages{"1.5e9" + why});
  CHECK(messages(".dot", "graph { a -- b [bandwidth=10Gbit]; }") == Messages{"10Gbit" + why});
  const TopologySpec spec = read(".dot", "graph { a1b2 -- _3 [bandwidth=.5, latency=\"1e-3\"] }");
  CHECK(spec.nodes == std::vector<std::string>{"_3", "a1b2"});  // '_' comes before 'a'
  CHECK(spec.links[0].bytes_per_s == 0.5);
  CHECK(spec.links[0].latency_s == 1e-3);
}
