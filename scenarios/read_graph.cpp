// The keys of a custom topology: nodes, hosts, links, routes, or a file. What the graph must be
// (unique names, ends that exist, connectedness) is checked where it is built.
#include <algorithm>
#include <array>

#include "scenarios/messages.hpp"
#include "scenarios/readers.hpp"

namespace lockstep::scenarios {
namespace {

using topologies::LinkSpec;
using topologies::RouteSpec;
using topologies::TopologySpec;

// In the order of the enum.
constexpr std::array<std::string_view, 3> duplex_names = {"full", "half", "simplex"};
constexpr std::array<std::string_view, 2> node_kinds = {"host", "switch"};
constexpr std::size_t host_kind = 0;

struct Node {
  std::string name;
  bool has_kind = false;
  bool is_host = true;
};

// A name, or `{ "name", "kind" }`.
Node read_node(const Place& place, Json& resolved) {
  Node node;
  if (place.value->is_string()) {
    node.name = *read_text(place);
    resolved = node.name;
    return node;
  }
  ObjectReader object(place);
  node.name = object.text("name");
  if (const auto kind = object.optional("kind")) {
    node.has_kind = true;
    node.is_host = read_choice(*kind, "kind", node_kinds).value_or(host_kind) == host_kind;
    object.resolve("kind", *kind->value);
  }
  object.finish();
  resolved = std::move(object.resolved());
  return node;
}

// True if the nodes' kinds say which of them are hosts.
bool read_nodes(ObjectReader& object, TopologySpec& spec) {
  const auto place = object.required("nodes");
  if (!place || !is_list(*place, "nodes")) return false;
  bool has_kinds = false;
  Json resolved = Json::array();
  for (std::size_t i = 0; i < place->value->size(); ++i) {
    Node node = read_node(place->element(i), resolved.emplace_back());
    has_kinds = has_kinds || node.has_kind;
    if (node.is_host) spec.host_names.push_back(node.name);
    spec.nodes.push_back(std::move(node.name));
  }
  if (has_kinds && spec.host_names.empty()) place->fault("must have at least one host, found none");
  if (!has_kinds) spec.host_names.clear();
  object.resolve("nodes", std::move(resolved));
  return has_kinds;
}

LinkSpec read_link(const Place& place, Json& resolved) {
  ObjectReader object(place);
  LinkSpec link;
  link.from = object.text("from");
  link.to = object.text("to");
  read_link_keys(object, link);
  link.duplex = static_cast<topologies::Duplex>(object.choice("duplex", duplex_names, 0));
  object.finish();
  resolved = std::move(object.resolved());
  return link;
}

void read_links(ObjectReader& object, TopologySpec& spec) {
  const auto place = object.required("links");
  if (!place || !is_list(*place, "links")) return;
  Json resolved = Json::array();
  for (std::size_t i = 0; i < place->value->size(); ++i)
    spec.links.push_back(read_link(place->element(i), resolved.emplace_back()));
  object.resolve("links", std::move(resolved));
}

RouteSpec read_route(const Place& place, Json& resolved) {
  ObjectReader object(place);
  RouteSpec route;
  route.from = object.text("from");
  route.to = object.text("to");
  const auto links = object.required("links");
  if (links && is_list(*links, "link indices")) {
    for (std::size_t i = 0; i < links->value->size(); ++i)
      route.links.push_back(
          read_integer(links->element(i), {0, topologies::most_links}).value_or(0));
    object.resolve("links", route.links);
  }
  object.finish();
  resolved = std::move(object.resolved());
  return route;
}

void read_routes(ObjectReader& object, TopologySpec& spec) {
  const auto place = object.optional("routes");
  if (!place || !is_list(*place, "routes")) return;
  Json resolved = Json::array();
  for (std::size_t i = 0; i < place->value->size(); ++i)
    spec.routes.push_back(read_route(place->element(i), resolved.emplace_back()));
  object.resolve("routes", std::move(resolved));
}

void read_file_name(ObjectReader& object, const Place& file, const std::filesystem::path& folder,
                    TopologySpec& spec) {
  for (const std::string_view key : {"nodes", "links"})
    if (const auto place = object.optional(key)) place->fault("cannot stand beside \"file\"");
  const auto name = read_text(file);
  if (!name) return;
  object.resolve("file", *name);
  spec.file = (folder / *name).string();
}

// The file is read where the topology is built; here only where "the first n nodes" asks for it.
std::vector<std::string> nodes_of_file(const TopologySpec& spec) {
  const Result<TopologySpec> read = topologies::read_graph_file(spec);
  return read ? read->nodes : std::vector<std::string>{};
}

void take_first_hosts(const Place& place, TopologySpec& spec) {
  const std::vector<std::string> nodes = spec.file.empty() ? spec.nodes : nodes_of_file(spec);
  if (nodes.empty()) return;  // which has a fault of its own
  const auto count = read_integer(place, {1, static_cast<std::int64_t>(nodes.size())});
  if (count) spec.host_names.assign(nodes.begin(), nodes.begin() + *count);
}

void take_named_hosts(const Place& place, TopologySpec& spec) {
  for (std::size_t i = 0; i < place.value->size(); ++i)
    spec.host_names.push_back(read_text(place.element(i)).value_or(""));
  if (spec.host_names.empty()) place.fault("must name at least one host, found none");
}

// The first n nodes, or a list of names.
void read_hosts(ObjectReader& object, bool nodes_have_kinds, TopologySpec& spec) {
  const auto place = object.optional("hosts");
  if (!place) return;
  object.resolve("hosts", *place->value);
  if (nodes_have_kinds)
    place->fault("cannot stand beside the nodes' \"kind\"");
  else if (place->value->is_number())
    take_first_hosts(*place, spec);
  else if (is_list(*place, "node names, or an integer"))
    take_named_hosts(*place, spec);
}

}  // namespace

void read_graph_keys(ObjectReader& object, const std::filesystem::path& folder,
                     TopologySpec& spec) {
  bool has_kinds = false;
  if (const auto file = object.optional("file")) {
    read_file_name(object, *file, folder, spec);
  } else {
    has_kinds = read_nodes(object, spec);
    read_links(object, spec);
  }
  read_hosts(object, has_kinds, spec);
  read_routes(object, spec);
}

}  // namespace lockstep::scenarios
