// The keys of a custom topology: nodes, hosts, links, routes, or a file. What the graph must be
// (unique names, ends that exist, connectedness) is checked where it is built.
#include <fmt/format.h>

#include <array>
#include <numeric>
#include <unordered_set>

#include "scenarios/json_text.hpp"
#include "scenarios/messages.hpp"
#include "scenarios/parts.hpp"

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

// Nodes whose names are missing or there twice have their faults among the nodes.
void name_hosts(const std::vector<std::size_t>& hosts, TopologySpec& spec) {
  std::unordered_set<std::string_view> names;
  for (const std::size_t host : hosts) {
    const std::string& name = spec.nodes[host];
    if (!name.empty() && names.insert(name).second) spec.host_names.push_back(name);
  }
}

// True if the nodes' kinds say which of them are hosts.
bool read_nodes(ObjectReader& object, TopologySpec& spec) {
  const auto place = object.required("nodes");
  if (!place || !is_list(*place, "nodes")) return false;
  bool has_kinds = false;
  std::vector<std::size_t> hosts;
  Json resolved = Json::array();
  for (std::size_t i = 0; i < place->value->size(); ++i) {
    Node node = read_node(place->element(i), resolved.emplace_back());
    has_kinds = has_kinds || node.has_kind;
    if (node.is_host) hosts.push_back(i);
    spec.nodes.push_back(std::move(node.name));
  }
  if (has_kinds && hosts.empty()) place->fault("must have at least one host, found none");
  if (has_kinds) name_hosts(hosts, spec);
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
  if (const auto unshared = object.optional("unshared")) {
    link.unshared = read_boolean(*unshared).value_or(false);
    object.resolve("unshared", link.unshared);
  }
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

// What is to be written to a report must be UTF-8.
void check_names(const Place& file, const TopologySpec& spec) {
  for (std::size_t i = 0; i < spec.nodes.size(); ++i)
    if (!is_utf8(spec.nodes[i])) file.fault(fmt::format("the name of node {} is not UTF-8", i));
}

void read_from_file(ObjectReader& object, const Place& file, const std::filesystem::path& folder,
                    TopologySpec& spec) {
  for (const std::string_view key : {"nodes", "links"})
    if (const auto place = object.optional(key)) place->fault("cannot be combined with \"file\"");
  spec.from_file = true;
  if (const auto link = object.optional("link")) {
    Json resolved;  // no part of the copy: that has each link's own figures
    spec.link = read_uniform_link(*link, resolved);
  }
  if (const auto name = read_text(file)) {
    spec.file = (folder / *name).string();
    file.faults->add_all(topologies::read_graph_file(spec), object.place().pointer);
    check_names(file, spec);
  } else {
    spec.unread.insert({"/nodes", "/links"});
  }
}

void take_first_hosts(const Place& place, TopologySpec& spec) {
  const auto nodes = static_cast<std::int64_t>(spec.nodes.size());
  // That there are no nodes is a fault of its own.
  const auto count = read_integer(place, {1, nodes > 0 ? nodes : topologies::most_hosts});
  if (!count || nodes == 0) return;
  std::vector<std::size_t> first(static_cast<std::size_t>(*count));
  std::iota(first.begin(), first.end(), std::size_t{0});
  name_hosts(first, spec);
}

void take_named_hosts(const Place& place, TopologySpec& spec) {
  for (std::size_t i = 0; i < place.value->size(); ++i)
    if (auto name = read_text(place.element(i))) spec.host_names.push_back(std::move(*name));
  if (place.value->empty()) place.fault("must name at least one host, found none");
}

// The first n nodes, or a list of names.
void read_hosts(ObjectReader& object, bool nodes_have_kinds, TopologySpec& spec) {
  const auto place = object.optional("hosts");
  if (!place) return;
  object.resolve("hosts", *place->value);
  if (nodes_have_kinds) return place->fault("cannot be combined with the nodes' \"kind\"");
  spec.host_names.clear();  // of a file
  if (place->value->is_number())
    take_first_hosts(*place, spec);
  else if (is_list(*place, "node names, or an integer"))
    take_named_hosts(*place, spec);
}

}  // namespace

void read_graph_keys(ObjectReader& object, const std::filesystem::path& folder,
                     TopologySpec& spec) {
  bool has_kinds = false;
  if (const auto file = object.optional("file")) {
    read_from_file(object, *file, folder, spec);
  } else {
    has_kinds = read_nodes(object, spec);
    read_links(object, spec);
    if (object.has("link"))
      object.misplaced("link",
                       R"(is allowed only with "file"; each of "links" has its own values)");
  }
  read_hosts(object, has_kinds, spec);
  read_routes(object, spec);
}

Json resolve_file(const TopologySpec& spec, const topologies::Topology& topology,
                  const Json& resolved) {
  Json links = Json::array();
  for (const LinkSpec& link : spec.links)
    links.push_back({{"from", link.from},
                     {"to", link.to},
                     {"bandwidth", link.bytes_per_s},
                     {"latency", link.latency_s},
                     {"duplex", duplex_names[static_cast<std::size_t>(link.duplex)]}});
  Json hosts = Json::array();
  for (const topologies::NodeIndex host : topology.hosts)
    hosts.push_back(topology.nodes[static_cast<std::size_t>(host)]);
  Json graph = {{"kind", spec.kind},
                {"nodes", spec.nodes},
                {"links", std::move(links)},
                {"hosts", std::move(hosts)}};
  for (const char* key : {"routes", "routing"})
    if (resolved.contains(key)) graph[key] = resolved[key];
  return graph;
}

}  // namespace lockstep::scenarios
