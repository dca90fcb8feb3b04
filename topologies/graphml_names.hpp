// What GraphML leaves open: which of a node's words is its name, and what a group of nodes is.
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

// An edge that ends at a group reaches none of the nodes within by itself. Where edges end at a
// group and nothing else leads from its nodes to the outside, the nodes are cut off: a fault.
[[nodiscard]] Faults faults_of_groups(const std::vector<GraphmlNode>& nodes,
                                      const std::vector<EdgeText>& edges);

// The graph without groups that nothing is said of, neither by edges nor by a kind: those are boxes
// in a drawing. Each node has its name; or its label, where no two would have the same name; or its
// id.
[[nodiscard]] GraphText named_graph(std::vector<GraphmlNode> nodes, std::vector<EdgeText> edges);

}  // namespace lockstep::topologies
