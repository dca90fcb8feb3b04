// Decides what GraphML leaves open: which text of a node is its name, and what a group of nodes is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "topologies/graph_text.hpp"

namespace lockstep::topologies {

// A node as the file has it; what is absent is empty.
struct GraphmlNode {
  std::string id, name, label, kind;
  std::optional<std::size_t> parent;  // the node whose graph it is in
  bool is_group = false;              // it has a graph of its own
  std::size_t line = 0;
};

// Returns a fault for each group whose nodes are cut off. An edge that ends at a group does not by
// itself reach the nodes within; they are cut off if edges end at the group and nothing else leads
// from its nodes to the outside.
[[nodiscard]] Faults faults_of_groups(const std::vector<GraphmlNode>& nodes,
                                      const std::vector<EdgeText>& edges);

// Returns the graph without the groups that have neither edges nor a kind, which are just boxes in
// a drawing. Each node has its name; or its label, if no two would have the same name; or its id.
[[nodiscard]] GraphText named_graph(std::vector<GraphmlNode> nodes, std::vector<EdgeText> edges);

}  // namespace lockstep::topologies
