// Nodes, links and routes as the scenario lists them, or a graph file in place of nodes and links.
#include <boost/graph/strong_components.hpp>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "sim/base/nearest_name.hpp"
#include "topologies/builders.hpp"
#include "topologies/graph.hpp"

namespace lockstep::topologies {
namespace {

constexpr NodeIndex no_node = -1;
constexpr NodeIndex several_nodes = -2;

// A misspelt name in each of many links must not cost (links x nodes): beyond this many faults,
// the nearest name is not looked for.
constexpr std::size_t most_suggestions = 100;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// Whether what stands at `pointer`, or what it is part of, could not be read.
bool is_unread(const TopologySpec& spec, std::string_view pointer) {
  if (spec.unread.empty()) return false;
  for (; !pointer.empty(); pointer = pointer.substr(0, pointer.rfind('/')))
    if (spec.unread.contains(pointer)) return true;
  return false;
}

// Whether what stands at `pointer`, or a part of it, could not be read.
bool is_read_in_part(const TopologySpec& spec, const std::string& pointer) {
  if (spec.unread.contains(pointer)) return true;
  const auto below = spec.unread.lower_bound(pointer + "/");
  return below != spec.unread.end() && below->starts_with(pointer + "/");
}

// Goes on after a fault with all that does not depend on what is faulty.
class CustomBuilder {
 public:
  explicit CustomBuilder(const TopologySpec& spec) : spec_(spec) {}

  Result<Topology> build() {
    topology_.kind = spec_.kind;
    topology_.routing = spec_.routing;
    add_nodes();
    add_links();
    if (!spec_.host_names.empty())
      add_named_hosts();
    else if (nodes_sound_ && links_sound_ && !is_read_in_part(spec_, "/hosts"))
      choose_hosts();
    add_routes();
    if (links_sound_) make_channels(topology_);
    if (links_sound_ && !topology_.hosts.empty()) check_connected();
    std::erase_if(faults_, [&](const Fault& fault) { return is_unread(spec_, fault.pointer); });
    if (!faults_.empty() || !spec_.unread.empty()) return std::move(faults_);
    return std::move(topology_);
  }

 private:
  void fault(std::string pointer, std::string message) {
    faults_.push_back({std::move(pointer), std::move(message)});
  }

  void add_nodes() {
    if (spec_.nodes.empty()) fault("/nodes", "must name at least one node");
    check_count("/nodes", spec_.nodes.size(), most_hosts);
    topology_.nodes = spec_.nodes;
    names_known_ = !is_unread(spec_, "/nodes");
    for (std::size_t i = 0; i < spec_.nodes.size(); ++i) add_node(i);
    nodes_sound_ = faults_.empty() && !is_read_in_part(spec_, "/nodes");
  }

  void check_count(const char* pointer, std::size_t count, std::int64_t most) {
    if (count > static_cast<std::size_t>(most))
      fault(pointer, fmt::format("must be at most {}, found {}", most, count));
  }

  void add_node(std::size_t i) {
    const std::string& name = spec_.nodes[i];
    if (name.empty()) {
      if (is_unread(spec_, fmt::format("/nodes/{}/name", i))) {
        names_known_ = false;
        return;
      }
      return fault(fmt::format("/nodes/{}", i), "must not be empty");
    }
    const auto [found, is_new] = index_of_.try_emplace(name, static_cast<NodeIndex>(i));
    if (is_new) return;
    fault(fmt::format("/nodes/{}", i),
          fmt::format("\"{}\" is already the name of /nodes/{}", name, found->second));
  }

  // The node of that name; `no_node`, and a fault, if there is none. A name that could not be read
  // may be any.
  NodeIndex find_node(const std::string& name, const std::string& pointer) {
    if (is_unread(spec_, pointer)) return no_node;
    const auto found = index_of_.find(name);
    if (found != index_of_.end()) return found->second;
    if (!names_known_) return no_node;
    fault(pointer, fmt::format("unknown node \"{}\"{}", name, suggestion(name)));
    return no_node;
  }

  std::string suggestion(const std::string& name) const {
    if (index_of_.empty() || faults_.size() >= most_suggestions) return "";
    std::vector<std::string_view> known;
    for (const std::string& node : spec_.nodes)
      if (!node.empty()) known.push_back(node);
    const std::string_view nearest = nearest_name(name, known);
    return nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest);
  }

  void add_links() {
    const std::size_t faults_before = faults_.size();
    check_count("/links", spec_.links.size(), most_links);
    links_sound_ = faults_.size() == faults_before && !is_unread(spec_, "/links");
    topology_.links.reserve(spec_.links.size());
    for (std::size_t i = 0; i < spec_.links.size(); ++i)
      add_link(spec_.links[i], fmt::format("/links/{}", i));
  }

  void add_link(const LinkSpec& link, const std::string& pointer) {
    const NodeIndex from = find_node(link.from, pointer + "/from");
    const NodeIndex to = find_node(link.to, pointer + "/to");
    const bool is_loop = are_read(pointer) && link.from == link.to;
    if (is_loop) fault(pointer + "/to", fmt::format("a link from \"{}\" to itself", link.to));
    if (is_loop || from == no_node || to == no_node) links_sound_ = false;
    check_link(link, pointer, faults_);
    topology_.links.push_back(make_link(link, from, to));
  }

  // Whether the names of both ends could be read.
  bool are_read(const std::string& pointer) const {
    if (spec_.unread.empty()) return true;
    return !is_unread(spec_, pointer + "/from") && !is_unread(spec_, pointer + "/to");
  }

  void add_named_hosts() {
    std::unordered_set<std::string_view> known;
    for (const std::string& name : spec_.host_names) {
      if (known.insert(name).second)
        add_named_host(name);
      else
        fault("/hosts", fmt::format("\"{}\" stands there twice", name));
    }
  }

  void add_named_host(const std::string& name) {
    const NodeIndex node = find_node(name, "/hosts");
    if (node != no_node) topology_.hosts.push_back(node);
  }

  void choose_hosts() {
    const std::vector<NodeIndex> neighbours = only_neighbours();
    for (NodeIndex node = 0; at(node) < neighbours.size(); ++node)
      if (neighbours[at(node)] >= 0) topology_.hosts.push_back(node);
    if (!topology_.hosts.empty()) return;
    for (NodeIndex node = 0; at(node) < neighbours.size(); ++node) topology_.hosts.push_back(node);
  }

  // Each node's neighbour if it has just one, else `no_node` or `several_nodes`.
  std::vector<NodeIndex> only_neighbours() const {
    std::vector<NodeIndex> only(topology_.nodes.size(), no_node);
    const auto meet = [&](NodeIndex node, NodeIndex neighbour) {
      NodeIndex& known = only[at(node)];
      if (known == no_node) known = neighbour;
      if (known != neighbour) known = several_nodes;
    };
    for (const Link& link : topology_.links) {
      meet(link.from, link.to);
      meet(link.to, link.from);
    }
    return only;
  }

  void add_routes() {
    for (std::size_t i = 0; i < spec_.routes.size(); ++i) add_route(spec_.routes[i], i);
  }

  void add_route(const RouteSpec& spec, std::size_t index) {
    const std::string pointer = fmt::format("/routes/{}", index);
    RouteOverride route;
    route.from = find_node(spec.from, pointer + "/from");
    route.to = find_node(spec.to, pointer + "/to");
    if (are_read(pointer)) check_ends(spec, index);
    if (spec.from == spec.to) route.from = no_node;  // which leads nowhere
    follow(spec, route, pointer + "/links");
    topology_.route_overrides.push_back(std::move(route));
  }

  void check_ends(const RouteSpec& spec, std::size_t index) {
    if (spec.from == spec.to)
      return fault(fmt::format("/routes/{}/to", index),
                   fmt::format("a route from \"{}\" to itself", spec.to));
    const auto [first, is_new] = routes_.try_emplace({{spec.from, spec.to}, spec.links}, index);
    if (!is_new)
      fault(fmt::format("/routes/{}", index),
            fmt::format("/routes/{} is the same route", first->second));
  }

  // Every link of `spec` must exist. Goes along them from node to node, up to the first fault.
  void follow(const RouteSpec& spec, RouteOverride& route, const std::string& pointer) {
    NodeIndex node = route.from;
    std::unordered_set<NodeIndex> visited{node};
    for (std::size_t i = 0; i < spec.links.size(); ++i) {
      const std::string here = fmt::format("{}/{}", pointer, i);
      if (!exists(spec.links[i], here)) node = no_node;
      if (node == no_node) continue;
      node = step(static_cast<LinkIndex>(spec.links[i]), node, here);
      if (node == no_node) continue;
      route.links.push_back(static_cast<LinkIndex>(spec.links[i]));
      if (visited.insert(node).second) continue;
      fault(here, fmt::format("the route comes to \"{}\" twice", name(node)));
      node = no_node;
    }
    if (node != no_node && route.to != no_node && node != route.to)
      fault(pointer, fmt::format("the route ends at \"{}\", not at \"{}\"", name(node), spec.to));
  }

  bool exists(std::int64_t index, const std::string& pointer) {
    if (is_unread(spec_, pointer) || is_unread(spec_, "/links")) return false;
    const auto links = static_cast<std::int64_t>(topology_.links.size());
    if (index >= 0 && index < links) return true;
    fault(pointer, fmt::format("there is no link {}, only {}", index, links));
    return false;
  }

  // The node at the other end of a link; `no_node` if it cannot be taken from `node`.
  NodeIndex step(LinkIndex index, NodeIndex node, const std::string& pointer) {
    const Link& link = topology_.links[at(index)];
    if (link.from == no_node || link.to == no_node) return no_node;  // has its fault already
    if (link.from == node) return link.to;
    if (link.to == node && link.duplex != Duplex::simplex) return link.from;
    fault(pointer,
          fmt::format("link {} ({} {} {}) {} {}", index, name(link.from),
                      link.duplex == Duplex::simplex ? "->" : "-", name(link.to),
                      link.to == node ? "does not lead away from" : "does not touch", name(node)));
    return no_node;
  }

  // In the order in which Tarjan's algorithm numbers components, an arc never leads to a component
  // of higher number; so over reversed arcs a node of higher number cannot reach one of lower.
  void check_connected() {
    const Graph graph = make_reversed_graph(topology_);
    std::vector<std::uint32_t> component(topology_.nodes.size());
    boost::strong_components(graph, boost::make_iterator_property_map(
                                        component.begin(), get(boost::vertex_index, graph)));
    const NodeIndex first = topology_.hosts.front();
    for (const NodeIndex host : topology_.hosts) {
      if (component[at(host)] == component[at(first)]) continue;
      const bool outwards = component[at(first)] > component[at(host)];
      return fault("/links",
                   fmt::format("host \"{}\" cannot reach host \"{}\"",
                               name(outwards ? first : host), name(outwards ? host : first)));
    }
  }

  const std::string& name(NodeIndex node) const { return topology_.nodes[at(node)]; }

  const TopologySpec& spec_;
  Topology topology_;
  Faults faults_;
  std::unordered_map<std::string_view, NodeIndex> index_of_;
  std::map<std::pair<std::pair<std::string_view, std::string_view>, std::vector<std::int64_t>>,
           std::size_t>
      routes_;
  bool names_known_ = true;  // of all nodes
  bool nodes_sound_ = true;
  bool links_sound_ = true;  // it is known which nodes they join
};

// What came from the file is not in the scenario, so its faults point to the file's name there.
Faults point_to_file(Faults faults, const std::string& file) {
  for (Fault& fault : faults) {
    if (!fault.pointer.starts_with("/nodes") && !fault.pointer.starts_with("/links")) continue;
    fault.message = fmt::format("{}: {}: {}", file, fault.pointer.substr(1), fault.message);
    fault.pointer = "/file";
  }
  return faults;
}

Result<Topology> build_read(const TopologySpec& spec) {
  Result<Topology> built = CustomBuilder(spec).build();
  if (built.ok() || !spec.from_file) return built;
  return point_to_file(built.faults(), spec.source);
}

}  // namespace

Result<Topology> build_custom(const TopologySpec& spec) {
  if (spec.file.empty()) return build_read(spec);
  if (!spec.nodes.empty() || !spec.links.empty())
    return Fault{"/file", "takes the place of nodes and links; give one or the other"};
  TopologySpec read = spec;
  Faults faults = read_graph_file(read);
  Result<Topology> built = build_read(read);
  if (built.ok()) return built;
  faults.insert(faults.end(), built.faults().begin(), built.faults().end());
  return faults;
}

}  // namespace lockstep::topologies
