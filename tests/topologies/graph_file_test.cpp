#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "sim/base/quantity.hpp"
#include "tests/topologies/graph_texts.hpp"
#include "topologies/topology_spec.hpp"

using namespace lockstep;
using namespace lockstep::topologies;
using namespace lockstep::topologies::testing;

namespace {

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

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
  CHECK(spec.nodes == std::vector<std::string>{"switch", "c", "a", "b"});  // the file's order
  CHECK(spec.host_names.empty());
  REQUIRE(spec.links.size() == 3);
  CHECK(spec.links[0].from == "c");
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
                 "node \"c\" has no kind, but others have", "link 0 (a -- b)" + no_bandwidth,
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

TEST_CASE("graph_file: faults of the file hide none of the graph, and none of hosts and routes") {
  const TemporaryFile file(".dot", R"(graph {
    a [kind=host]; b [kind=hots]; a -- a; a -- b [bandwidth="1 GB/s", latency="1 m/s"]; })");
  TopologySpec spec = file.spec();
  spec.host_names = {"a", "c"};
  spec.routes = {{"b", "a", {5}}};
  const Result<Topology> topology = find_topology_kind("custom")->build(spec);
  REQUIRE_FALSE(topology.ok());
  CHECK(topology.faults() ==
        Faults{{"/file", file.name() + "kind of node \"b\" must be host or switch, found \"hots\""},
               {"/file", file.name() + "link 0 (a -- a)" + no_bandwidth},
               {"/file",
                file.name() + "latency of link 1 (a -- b): " +
                    std::get<QuantityError>(parse_quantity("1 m/s", Dimension::seconds)).message},
               {"/file", file.name() + "links/0/to: a link from \"a\" to itself"},
               {"/hosts", "unknown node \"c\""},
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

TEST_CASE("graph_file: broken files are faults that say why, with their line") {
  CHECK(messages(".dot", "graph { a -> b; }") == Messages{"line 1: syntax error near '->'"});
  CHECK(messages(".dot", "digraph {\n a -> b ]; }") == Messages{"line 2: ] without ["});
  CHECK(messages(".dot", "graph {\n// }\n a -- ; }") == Messages{"line 3: syntax error near ';'"});
  CHECK(messages(".dot", "") == Messages{"line 1: there is no graph"});
  CHECK(messages(".dot", "graph { a -- \n\"b }") ==
        Messages{"line 2: the quotation mark has no second one"});
  CHECK(messages(".dot", "graph { a\n[label=<b<i>] }") ==
        Messages{"line 2: the HTML string that begins here has no end"});
  CHECK(messages(".dot", "graph { a }\n/* b") == Messages{"line 2: the comment has no end"});
  CHECK(messages(".dot", "graph { a }\ngraph { b }") ==
        Messages{"line 2: a second graph; a file holds one"});
  CHECK(messages(".dot", "graph { a } }") ==
        Messages{"line 1: there is text behind the graph's last brace"});
  CHECK(messages(".dot", std::string("graph { a\0 }", 12)) == Messages{"line 1: has a zero byte"});
  CHECK(messages(".dot", "\xFF\xFEg") == Messages{"it is UTF-16: save it as UTF-8"});
  CHECK(messages(".graphml", "<graphml>\n<graph>\n<node id=\"x\"")
            .front()
            .starts_with("line 3: no XML: "));
  CHECK(messages(".graphml", "").size() == 1);
  CHECK(messages(".graphml", "<html/>") ==
        Messages{"line 1: no GraphML: the outermost element is \"html\""});
  CHECK(messages(".graphml", "<graphml/>") == Messages{"it has no graph"});
}

// What the last text left in Graphviz's reader must not reach the next.
TEST_CASE("graph_file: after a broken file others are read as ever") {
  for (const char* broken : {"graph { a -- ; x [", "graph { a [b=c d] }", "gra", "graph { a -- b "})
    CHECK(messages(".dot", broken).size() == 1);
  CHECK(read(".dot", "graph { a -- b [bandwidth=1] }").nodes == std::vector<std::string>{"a", "b"});
}

TEST_CASE("graph_file: braces of DOT must match") {
  CHECK(messages(".dot", "graph { edge [bandwidth=1] a -- {{ b } }") ==
        Messages{"line 1: braces do not match: the { of this line has no }"});
  CHECK(messages(".dot", "graph {\n a -- b") ==
        Messages{"line 1: braces do not match: the { of this line has no }"});
  CHECK(messages(".dot", "graph { a [x=1 }") == Messages{"line 1: [ without ]"});
}

TEST_CASE("graph_file: later attributes of a repeated edge of a strict graph apply") {
  const TopologySpec spec = read(".dot", R"(strict graph {
    a -- b [bandwidth="1 GB/s", latency="1 us"]; b -- a [bandwidth="4 GB/s"]; })");
  REQUIRE(spec.links.size() == 1);
  CHECK(spec.links[0].bytes_per_s == 4e9);
  CHECK(spec.links[0].latency_s == 1e-6);
}

TEST_CASE("graph_file: an edge of a subgraph is an edge of each node in it") {
  const auto ends = [](const std::string& text) {
    std::vector<std::string> all;
    for (const LinkSpec& link : read(".dot", text).links) all.push_back(link.from + link.to);
    return all;
  };
  const std::string usual = "graph { edge [bandwidth=1]; ";
  CHECK(ends(usual + "a -- {b c} }") == std::vector<std::string>{"ab", "ac"});
  CHECK(ends(usual + "{a b} -- {c d} }") == std::vector<std::string>{"ac", "ad", "bc", "bd"});
  CHECK(ends(usual + "a -- b -- c }") == std::vector<std::string>{"ab", "bc"});
  CHECK(ends(usual + "a -- b; {\n rank=same; a; b } }") == std::vector<std::string>{"ab"});
  CHECK(ends(usual + "subgraph s { a; b } c -- subgraph s { } }") ==
        std::vector<std::string>{"ca", "cb"});
}

TEST_CASE("graph_file: defaults of DOT hold from where they stand, within their braces") {
  const TopologySpec spec = read(".dot", R"(digraph fabric {
    rankdir="TB"; overlap="false";
    { node [kind=switch]; tor }
    { node [kind=host, shape="rectangle"]; h0 [label=""]; h1 [label="New"] }
    edge [bandwidth="1 GB/s", latency="1 us"];
    h0 -> tor; tor -> h0; { edge [bandwidth="2 GB/s"]; h1 -> tor } tor -> h1
  })");
  CHECK(spec.nodes == std::vector<std::string>{"tor", "h0", "h1"});
  CHECK(spec.host_names == std::vector<std::string>{"h0", "h1"});
  REQUIRE(spec.links.size() == 4);
  CHECK(spec.links[2].bytes_per_s == 2e9);
  CHECK(spec.links[3].bytes_per_s == 1e9);
  CHECK(spec.links[3].latency_s == 1e-6);
}

TEST_CASE("graph_file: words of DOT: numbers, strings, HTML, ports, letters beyond ASCII") {
  const TopologySpec spec = read(".dot",
                                 "\xEF\xBB\xBF# 1 \"made.gv\"\r\nSTRICT Graph {\r\n"
                                 R"(
    EDGE [bandwidth=1, label=<a <b>bold</b> {word}>]
    1 -- 2; 2 -- -3; -3 -- .5; .5 -- Zürich; Zürich:north:n -- "two
words" /* { */; "con" + "cat" -- 1; "a \"quoted\" {" -- 1 // }
  })");
  CHECK(spec.nodes == std::vector<std::string>{"1", "2", "-3", ".5", "Zürich", "two\nwords",
                                               "concat", "a \"quoted\" {"});
  CHECK(spec.links.size() == 7);
}

TEST_CASE("graph_file: a link of the scenario stands in for what edges do not say") {
  const TemporaryFile file(".dot", R"(graph { a -- b; b -- c [bandwidth="2 GB/s"];
    c -- a [latency="3 us"]; })");
  TopologySpec spec = file.spec();
  spec.link.bytes_per_s = 1e9;
  spec.link.latency_s = 5e-6;
  REQUIRE(read_graph_file(spec).empty());
  CHECK(spec.links[0].bytes_per_s == 1e9);
  CHECK(spec.links[0].latency_s == 5e-6);
  CHECK(spec.links[1].bytes_per_s == 2e9);
  CHECK(spec.links[1].latency_s == 5e-6);
  CHECK(spec.links[2].bytes_per_s == 1e9);
  CHECK(spec.links[2].latency_s == 3e-6);
}

TEST_CASE("graph_file: deep nesting is a fault, not an overrun stack") {
  const Messages deep{"line 1: it is nested more than 100 deep"};
  CHECK(messages(".dot", "graph " + repeat("{", 1'000'000)) == deep);
  CHECK(messages(".graphml", "<graphml>" + repeat("<a>", 1'000'000)) == deep);
  // What closes only in strings and comments does not close.
  CHECK(messages(".dot", "graph { a " + repeat("{ \"}\" /* } */ ", 100)) == deep);
  CHECK(messages(".graphml", "<graphml>" + repeat("<a b='&lt;/a>'><!-- </a> --><![CDATA[</a>]]>",
                                                  101)) == deep);
  // Siblings are not nested.
  const TopologySpec wide =
      read(".dot", "graph { " + repeat("subgraph { a; b; } ", 1000) + "a -- b [bandwidth=1] }");
  CHECK(wide.nodes.size() == 2);
}

TEST_CASE("graph_file: a short text that stands for a huge graph is refused") {
  const Messages large{"line 1: the graph is too large to be read"};
  std::string nodes;
  for (int i = 0; i < 4000; ++i) nodes += fmt::format(" a{0}", i);
  // 4,000 x 4,000 edges; by a subgraph's name, too.
  CHECK(messages(".dot", "graph {{" + nodes + "} -- {" + nodes + "}}") == large);
  CHECK(messages(".dot", "graph { subgraph s {" + nodes + "}" +
                             " subgraph s { } -- subgraph s { } }") == large);
  // 300,000 subgraphs.
  CHECK(messages(".dot", "graph {" + repeat("{}", 300'000) + "}") == large);
  CHECK(messages(".dot", "graph { a" + repeat(" -- a", 3000) + "}") ==
        Messages{"line 1: a chain of more than 2000 edges; write it as several"});
  CHECK(messages(".dot", "graph { a [label=\"" + std::string(70'000, 'x') + "\"] }") ==
        Messages{"line 1: a word of more than 64 KiB"});
  CHECK(messages(".dot", "graph { a [label=\"x\"" + repeat("+\"0123456789\"", 7000) + "] }") ==
        Messages{"line 1: a word of more than 64 KiB"});
  CHECK(messages(".graphml", graphml("directed", "<node id=\"x\"><data key=\"n\">" +
                                                     std::string(70'000, 'x'))) ==
        Messages{"line 10: an attribute of more than 64 KiB"});
  CHECK(messages(".graphml", "<!DOCTYPE g [<!ENTITY a \"b\">]><graphml/>") ==
        Messages{"line 1: declarations within DOCTYPE are not read"});
}

// In DOT `1e9` is the number 1 and the word e9, and `rack.1` the word rack and the number .1.
TEST_CASE("graph_file: a number in DOT that runs into letters is a fault") {
  const std::string why = " is neither a number nor a word in DOT; put it in quotes";
  CHECK(messages(".dot", "graph { a -- b [bandwidth=1.5e9]; }") == Messages{"line 1: 1.5e9" + why});
  CHECK(messages(".dot", "graph { a -- b [bandwidth=10Gbit]; }") ==
        Messages{"line 1: 10Gbit" + why});
  const TopologySpec spec = read(".dot", "graph { a1b2 -- _3 [bandwidth=.5, latency=\"1e-3\"] }");
  CHECK(spec.nodes == std::vector<std::string>{"a1b2", "_3"});
  CHECK(spec.links[0].bytes_per_s == 0.5);
  CHECK(spec.links[0].latency_s == 1e-3);
}
