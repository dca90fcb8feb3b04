// A graph as a file spells it, before its words are interpreted, and the readers of the formats.
// They take the text itself, so that it can come from anywhere: a file, a test.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace lockstep::topologies {

// Attributes that a node or an edge lacks are empty.
struct NodeText {
  std::string name;
  std::string kind;
  std::size_t line = 0;  // of the file; 0 if unknown
};

struct EdgeText {
  std::size_t from = 0;  // an index into `nodes`
  std::size_t to = 0;
  bool directed = false;
  std::string bandwidth, latency, duplex;
  std::size_t line = 0;
};

// Nodes and edges are in the file's order.
struct GraphText {
  std::vector<NodeText> nodes;
  std::vector<EdgeText> edges;
};

// Limits on the nesting depth that is read, and on the length of a word or attribute. Both are far
// beyond what people write, and keep a file of a few MB from taking minutes.
inline constexpr int most_nesting = 100;
inline constexpr std::size_t most_attribute_bytes = 64 << 10;

// Both readers return every fault that can be told apart, with pointer "line 3", or an empty one if
// the line is unknown. They stop at the first syntax error.

// Reads DOT with Graphviz's own reader, so that a text means here what it means there: subgraphs,
// chains, defaults and their scopes, `strict`. Nodes are named by `name` or, if there is none, by
// their id.
[[nodiscard]] Result<GraphText> read_dot(std::string_view text);

// Reads GraphML with Expat. Nodes are named by `name`, else by `label` (an attribute, or what yEd
// draws) if no two nodes of the graph have the same, else by their id. A group (a node with a graph
// of its own) is a node if edges end at it, or if it has a kind; its inner nodes always are.
[[nodiscard]] Result<GraphText> read_graphml(std::string_view text);

}  // namespace lockstep::topologies
