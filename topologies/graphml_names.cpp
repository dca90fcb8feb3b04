#include "topologies/graphml_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace lockstep::topologies {
namespace {

using Nodes = std::vector<GraphmlNode>;
using Edges = std::vector<EdgeText>;

const std::string& name_of(const GraphmlNode& node, bool with_label) {
  if (!node.name.empty()) return node.name;
  return with_label && !node.label.empty() ? node.label : node.id;
}

bool names_differ(const Nodes& nodes, bool with_labels) {
  std::unordered_set<std::string_view> seen;
  return std::ranges::all_of(nodes, [&](const GraphmlNode& node) {
    return seen.insert(name_of(node, with_labels)).second;
  });
}

// Whether each node has an edge.
std::vector<bool> touched_nodes(const Nodes& nodes, const Edges& edges) {
  std::vector<bool> touched(nodes.size());
  for (const EdgeText& edge : edges) touched[edge.from] = touched[edge.to] = true;
  return touched;
}

// The groups that a node is in, the outermost first.
std::vector<std::size_t> groups_around(const Nodes& nodes, std::size_t node) {
  std::vector<std::size_t> groups;
  for (auto at = nodes[node].parent; at; at = nodes[*at].parent) groups.push_back(*at);
  std::ranges::reverse(groups);
  return groups;
}

// The groups that an edge leads out of, or into, from a node within.
std::vector<bool> opened_groups(const Nodes& nodes, const Edges& edges) {
  std::vector<bool> opened(nodes.size());
  for (const EdgeText& edge : edges) {
    const auto from = groups_around(nodes, edge.from);
    const auto to = groups_around(nodes, edge.to);
    const auto [first, second] = std::ranges::mismatch(from, to);
    for (auto at = first; at != from.end(); ++at) opened[*at] = true;
    for (auto at = second; at != to.end(); ++at) opened[*at] = true;
  }
  return opened;
}

}  // namespace

Faults faults_of_groups(const Nodes& nodes, const Edges& edges) {
  const std::vector<bool> touched = touched_nodes(nodes, edges);
  const std::vector<bool> opened = opened_groups(nodes, edges);
  std::vector<bool> has_nodes(nodes.size());
  for (const GraphmlNode& node : nodes)
    if (node.parent) has_nodes[*node.parent] = true;
  Faults faults;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (has_nodes[i] && touched[i] && !opened[i])
      faults.push_back({fmt::format("line {}", nodes[i].line),
                        fmt::format("\"{}\" is a group: an edge that ends at it reaches none of "
                                    "the nodes within; connect those",
                                    name_of(nodes[i], true))});
  return faults;
}

GraphText named_graph(Nodes nodes, Edges edges) {
  const std::vector<bool> touched = touched_nodes(nodes, edges);
  std::vector<std::size_t> new_index(nodes.size());
  Nodes kept;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    new_index[i] = kept.size();
    const bool idle = nodes[i].is_group && !touched[i] && nodes[i].kind.empty();
    if (!idle) kept.push_back(std::move(nodes[i]));
  }
  const bool with_labels = names_differ(kept, true);
  GraphText graph;
  for (GraphmlNode& node : kept)
    graph.nodes.push_back({name_of(node, with_labels), std::move(node.kind), node.line});
  for (EdgeText& edge : edges) {
    edge.from = new_index[edge.from];
    edge.to = new_index[edge.to];
  }
  graph.edges = std::move(edges);
  return graph;
}

}  // namespace lockstep::topologies
