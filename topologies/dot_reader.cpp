// DOT by Graphviz's library libcgraph. That is plain C with one parser for the whole process.
#include <cgraph.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "topologies/dot_text.hpp"
#include "topologies/graph_text.hpp"

namespace lockstep::topologies {
namespace {

std::mutex one_parser;
std::string last_error;  // under `one_parser`

// The library hands over "Error", ": " and the sentence one by one.
int keep_error(char* text) {
  last_error = text;
  return 0;
}

struct Close {
  void operator()(Agraph_t* graph) const { (void)agclose(graph); }
};
using OpenGraph = std::unique_ptr<Agraph_t, Close>;

// "x.dot: syntax error in line 3 near ']'", on one line.
Fault syntax_fault(std::string_view error) {
  constexpr std::string_view start = "syntax error in line ";
  const std::size_t found = error.find(start);
  if (found == std::string_view::npos) return {"", "it is no DOT graph"};
  error.remove_prefix(found + start.size());
  error = error.substr(0, error.find('\n'));
  const std::size_t digits = std::min(error.find_first_not_of("0123456789"), error.size());
  return {fmt::format("line {}", error.substr(0, digits)),
          fmt::format("syntax error{}", error.substr(digits))};
}

// The library takes names that it does not change by pointer to char.
std::string attribute(void* object, const char* name) {
  const char* value = agget(object, const_cast<char*>(name));
  return value == nullptr ? std::string() : std::string(value);
}

GraphText text_of(Agraph_t* graph) {
  GraphText text;
  std::unordered_map<IDTYPE, std::size_t> index_of;
  std::vector<Agedge_t*> edges;
  for (Agnode_t* node = agfstnode(graph); node != nullptr; node = agnxtnode(graph, node)) {
    index_of.emplace(AGID(node), text.nodes.size());
    std::string name = attribute(node, "name");
    text.nodes.push_back(
        {name.empty() ? std::string(agnameof(node)) : std::move(name), attribute(node, "kind")});
    for (Agedge_t* edge = agfstout(graph, node); edge != nullptr; edge = agnxtout(graph, edge))
      edges.push_back(edge);
  }
  // They are kept by node, and are numbered as they were made.
  std::ranges::sort(edges, {}, [](const Agedge_t* edge) { return AGSEQ(edge); });
  for (Agedge_t* edge : edges)
    text.edges.push_back({index_of.at(AGID(agtail(edge))), index_of.at(AGID(aghead(edge))),
                          agisdirected(graph) != 0, attribute(edge, "bandwidth"),
                          attribute(edge, "latency"), attribute(edge, "duplex")});
  return text;
}

}  // namespace

Result<GraphText> read_dot(std::string_view text) {
  const Result<std::string> plain = plain_dot(text);
  if (!plain) return plain.faults();
  const std::lock_guard guard(one_parser);
  last_error.clear();
  (void)agseterrf(keep_error);
  (void)agreseterrors();
  agsetfile(nullptr);  // the first line is 1 again
  const OpenGraph graph(agmemread(plain->c_str()));
  if (graph == nullptr || agerrors() != 0) return syntax_fault(last_error);
  return text_of(graph.get());
}

}  // namespace lockstep::topologies
