// A graph as a file has it, in words, before anything is made of them; and the readers of the
// formats. They take the text itself, so that whatever holds one can be read: a file, a test.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace lockstep::topologies {

// Attributes that are absent are empty.
struct NodeText {
  std::string name;
  std::string kind;
  std::size_t line = 0;  // where it stands; 0: nobody knows
};

struct EdgeText {
  std::size_t from = 0;  // an index of `nodes`
  std::size_t to = 0;
  bool directed = false;
  std::string bandwidth, latency, duplex;
  std::size_t line = 0;
};

// In the file's order.
struct GraphText {
  std::vector<NodeText> nodes;
  std::vector<EdgeText> edges;
};

// The deepest nesting that is read, and the longest word or attribute. Either is far beyond what
// people write, and keeps a file of a few MB from taking minutes.
inline constexpr int most_nesting = 100;
inline constexpr std::size_t most_attribute_bytes = 64 << 10;

// Both give every fault that can be told apart; pointers are "line 3", or empty where nobody knows.
// At the first fault of syntax they end.

// By Graphviz's own reader, so that a text means here what it means there: subgraphs, chains,
// defaults and their scopes, `strict`. Nodes are named by `name` or, if there is none, by their id.
[[nodiscard]] Result<GraphText> read_dot(std::string_view text);

// By Expat. Nodes are named by `name`, else by `label` (an attribute, or what yEd draws) where no
// two of the graph have the same, else by their id. A group (a node with a graph of its own) is a
// node if edges end at it, or if it has a kind; its inner nodes always are.
[[nodiscard]] Result<GraphText> read_graphml(std::string_view text);

}  // namespace lockstep::topologies
