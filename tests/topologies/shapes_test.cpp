// Shapes against values derived by hand, and against Boost.Graph: counts, diameters, bisections.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <set>
#include <string>
#include <vector>

#include "topologies/topology_spec.hpp"

namespace lockstep::topologies {

namespace {

LinkSpec link_of(double bytes_per_s, double latency_s) {
  LinkSpec link;
  link.bytes_per_s = bytes_per_s;
  link.latency_s = latency_s;
  return link;
}
const LinkSpec wide = link_of(8e9, 1e-6);
using Settings = std::map<std::string, ShapeSetting, std::less<>>;
using Counts = std::vector<std::int64_t>;

TopologySpec spec_of(const std::string& kind, Settings settings) {
  TopologySpec spec;
  spec.kind = kind;
  spec.settings = std::move(settings);
  return spec;
}

Result<Topology> build(const TopologySpec& spec) {
  return find_topology_kind(spec.kind)->build(spec);
}

// The one fault of a spec, as "pointer: message".
std::string fault_of(const std::string& kind, Settings settings) {
  const Result<Topology> built = build(spec_of(kind, std::move(settings)));
  REQUIRE_FALSE(built.ok());
  REQUIRE(built.faults().size() == 1);
  return built.faults().front().pointer + ": " + built.faults().front().message;
}

std::int64_t diameter_of(const Topology& topology) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(topology.nodes.size());
  for (const Channel& channel : topology.channels)
    add_edge(static_cast<std::size_t>(channel.from), static_cast<std::size_t>(channel.to), graph);
  std::int64_t longest = 0;
  for (const NodeIndex host : topology.hosts) {
    std::vector<std::int64_t> distance(topology.nodes.size(), 0);
    boost::breadth_first_search(
        graph, static_cast<std::size_t>(host),
        boost::visitor(boost::make_bfs_visitor(boost::record_distances(
            boost::make_iterator_property_map(distance.begin(), get(boost::vertex_index, graph)),
            boost::on_tree_edge()))));
    for (const NodeIndex other : topology.hosts)
      longest = std::max(longest, distance[static_cast<std::size_t>(other)]);
  }
  return longest;
}

// The most links that lead, without a link in common, from the hosts of `first` to all others.
std::int64_t cut_between(const Topology& topology, const std::set<NodeIndex>& first) {
  using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
  using Graph = boost::adjacency_list<
      boost::vecS, boost::vecS, boost::directedS, boost::no_property,
      boost::property<
          boost::edge_capacity_t, long,
          boost::property<boost::edge_residual_capacity_t, long,
                          boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;
  Graph graph(topology.nodes.size() + 2);
  const std::size_t source = topology.nodes.size();
  const std::size_t sink = source + 1;
  const auto add = [&](std::size_t from, std::size_t to, long capacity) {
    const auto there = add_edge(from, to, graph).first;
    const auto back = add_edge(to, from, graph).first;
    put(boost::edge_capacity, graph, there, capacity);
    put(boost::edge_capacity, graph, back, 0);
    put(boost::edge_reverse, graph, there, back);
    put(boost::edge_reverse, graph, back, there);
  };
  for (const Channel& channel : topology.channels)
    add(static_cast<std::size_t>(channel.from), static_cast<std::size_t>(channel.to), 1);
  for (const NodeIndex host : topology.hosts) {
    const auto node = static_cast<std::size_t>(host);
    if (first.contains(host))
      add(source, node, 1 << 20);
    else
      add(node, sink, 1 << 20);
  }
  return boost::push_relabel_max_flow(graph, source, sink);
}

std::set<NodeIndex> first_half(const Topology& topology) {
  return {topology.hosts.begin(),
          topology.hosts.begin() + static_cast<std::ptrdiff_t>(topology.hosts.size() / 2)};
}

// `half`: the hosts on one side of the cut that the shape's header describes; empty: the first
// half.
Topology check_shape(const TopologySpec& spec, std::set<NodeIndex> half = {}) {
  const Result<Topology> built = build(spec);
  REQUIRE(built.ok());
  const ShapeCounts counts = find_topology_kind(spec.kind)->counts(spec);
  CHECK(counts.hosts == static_cast<std::int64_t>(built->hosts.size()));
  CHECK(counts.nodes == static_cast<std::int64_t>(built->nodes.size()));
  CHECK(counts.links == static_cast<std::int64_t>(built->links.size()));
  CHECK(counts.diameter == diameter_of(*built));
  if (half.empty()) half = first_half(*built);
  CHECK(counts.bisection_links == cut_between(*built, half));
  CHECK(std::set(built->nodes.begin(), built->nodes.end()).size() == built->nodes.size());
  return *built;
}

}  // namespace

TEST_CASE("shapes: a line of hosts") {
  const Topology line = check_shape(spec_of("line", {{"hosts", std::int64_t{5}}, {"link", wide}}));
  CHECK(line.links.size() == 4);
  const ShapeCounts alone =
      find_topology_kind("line")->counts(spec_of("line", {{"hosts", std::int64_t{1}}}));
  CHECK(alone.links == 0);
  CHECK(alone.diameter == 0);
}

TEST_CASE("shapes: a mesh of 4 x 3 has 17 links and a diameter of 5") {
  const TopologySpec spec = spec_of("mesh", {{"dimensions", Counts{4, 3}}, {"link", wide}});
  const Topology mesh = check_shape(spec);
  CHECK(mesh.hosts.size() == 12);
  CHECK(mesh.links.size() == 17);  // 4 rows of 2 links, 3 columns of 3
  CHECK(find_topology_kind("mesh")->counts(spec).diameter == 5);
  CHECK(find_topology_kind("mesh")->counts(spec).bisection_links == 3);
}

TEST_CASE("shapes: a torus of 4 x 4 x 4 has 3 links a host and 2 x 16 across") {
  const TopologySpec spec = spec_of("torus", {{"dimensions", Counts{4, 4, 4}}, {"link", wide}});
  const Topology torus = check_shape(spec);
  CHECK(torus.links.size() == 3 * 64);
  CHECK(find_topology_kind("torus")->counts(spec).bisection_links == 32);
  CHECK(find_topology_kind("torus")->counts(spec).diameter == 6);
}

TEST_CASE("shapes: in a torus a dimension of two is one link, one of one is none") {
  const Topology torus =
      check_shape(spec_of("torus", {{"dimensions", Counts{4, 2, 1}}, {"link", wide}}));
  CHECK(torus.links.size() == 8 + 4);
}

TEST_CASE("shapes: a hypercube of 16 has 32 links, 8 across and a diameter of 4") {
  const TopologySpec spec = spec_of("hypercube", {{"hosts", std::int64_t{16}}, {"link", wide}});
  const Topology cube = check_shape(spec);
  CHECK(cube.links.size() == 32);
  for (const Link& link : cube.links) {
    const auto bits = static_cast<std::uint32_t>(link.from ^ link.to);
    CHECK((bits & (bits - 1)) == 0);
  }
  CHECK(find_topology_kind("hypercube")->counts(spec).diameter == 4);
  check_shape(spec_of("hypercube", {{"hosts", std::int64_t{2}}, {"link", wide}}));
}

TEST_CASE("shapes: a tree's uplinks carry what their oversubscription leaves") {
  // Racks of 4 hosts at 8 GB/s: 32 GB/s, 2:1 leaves 16 GB/s; 3 racks: 48 GB/s, 4:1 leaves 12 GB/s.
  const std::vector<LevelSpec> levels = {{.children = 4, .link = wide, .oversubscription = {}},
                                         {.children = 3, .link = {}, .oversubscription = 2},
                                         {.children = 2, .link = {}, .oversubscription = 4}};
  const Topology tree = check_shape(spec_of("tree", {{"levels", levels}}));
  CHECK(tree.hosts.size() == 24);
  CHECK(tree.nodes.size() == 24 + 6 + 2 + 1);
  CHECK(tree.links[0].bytes_per_s == 8e9);
  CHECK(tree.links[24].bytes_per_s == 16e9);
  CHECK(tree.links[30].bytes_per_s == 12e9);
  CHECK(tree.link_roles[tree.links[24].role] == "rack uplink");
}

TEST_CASE("shapes: a tree of one level is a star") {
  const std::vector<LevelSpec> levels = {{.children = 4, .link = wide, .oversubscription = {}}};
  const Topology tree = check_shape(spec_of("tree", {{"levels", levels}}));
  CHECK(tree.wiring == Wiring::star);
  Routes routes(tree);
  CHECK(routes.between_hosts(0, 3).channels.size() == 2);
}

TEST_CASE("shapes: a fat tree of k = 4 has 16 hosts, 20 switches, 48 links and full bisection") {
  const TopologySpec spec = spec_of("fat_tree", {{"k", std::int64_t{4}}, {"link", wide}});
  const Topology tree = check_shape(spec);
  CHECK(tree.hosts.size() == 16);
  CHECK(tree.nodes.size() == 36);
  CHECK(tree.links.size() == 48);
  CHECK(find_topology_kind("fat_tree")->counts(spec).bisection_links == 8);
  check_shape(spec_of("fat_tree", {{"k", std::int64_t{2}}, {"link", wide}}));
}

TEST_CASE("shapes: leaves and spines, 3:1 oversubscribed") {
  // 6 hosts at 8 GB/s share 2 uplinks: 48 GB/s / 3 = 16, 8 GB/s each.
  const Settings settings = {{"leaves", std::int64_t{4}},
                             {"spines", std::int64_t{2}},
                             {"hosts_per_leaf", std::int64_t{6}},
                             {"oversubscription", 3.0},
                             {"link", wide}};
  const Topology tree = check_shape(spec_of("fat_tree", settings));
  CHECK(tree.links.back().bytes_per_s == 8e9);
  CHECK(tree.link_roles[tree.links.back().role] == "leaf uplink");
}

TEST_CASE("shapes: the largest balanced dragonfly of a = 4, p = 2, h = 2 has 9 groups") {
  const Settings settings = {{"groups", std::int64_t{9}},
                             {"routers", std::int64_t{4}},
                             {"hosts_per_router", std::int64_t{2}},
                             {"global_links", std::int64_t{2}},
                             {"link", wide}};
  const Topology dragonfly = check_shape(spec_of("dragonfly", settings), [] {
    std::set<NodeIndex> half;  // the hosts of groups 0 to 3
    for (NodeIndex host = 0; host < 4 * 8; ++host) half.insert(host);
    return half;
  }());
  CHECK(dragonfly.hosts.size() == 72);
  std::vector<int> global(dragonfly.nodes.size(), 0);
  for (const Link& link : dragonfly.links)
    if (dragonfly.link_roles[link.role] == "global link") {
      ++global[static_cast<std::size_t>(link.from)];
      ++global[static_cast<std::size_t>(link.to)];
    }
  CHECK(std::ranges::max(global) == 2);
}

TEST_CASE("shapes: machines of several devices, ports and rails") {
  const Settings inside = {{"devices", std::int64_t{8}}, {"link", wide}};
  const Topology alone = check_shape(spec_of("machine", inside));
  CHECK(alone.wiring == Wiring::star);
  Settings four = inside;
  four["machines"] = std::int64_t{4};
  four["ports"] = std::int64_t{4};
  four["network"] = wide;
  four["rails"] = true;
  const Topology cluster = check_shape(spec_of("machine", four));
  CHECK(cluster.hosts.size() == 32);
  CHECK(cluster.nodes.size() == 32 + 4 * (1 + 4) + 4);
  four["switches"] = std::int64_t{2};
  four["rails"] = false;
  check_shape(spec_of("machine", four));
  Settings bus = inside;
  bus["bus"] = true;
  check_shape(spec_of("machine", bus));
  bus["machines"] = std::int64_t{2};
  bus["network"] = wide;
  check_shape(spec_of("machine", bus));
}

TEST_CASE("shapes: two devices of one machine share its bus") {
  const Topology machine =
      *build(spec_of("machine", {{"devices", std::int64_t{3}}, {"bus", true}, {"link", wide}}));
  Routes routes(machine);
  const Route first = routes.between_hosts(0, 1);
  const Route other = routes.between_hosts(2, 0);
  CHECK(first.latency == Picoseconds{1'000'000});
  REQUIRE(first.channels.size() == 3);
  CHECK(first.channels[1] == other.channels[1]);
  CHECK(machine.channels[static_cast<std::size_t>(first.channels[0])].unshared);
}

TEST_CASE("shapes: what cannot be is a fault where it stands") {
  using namespace std::string_literals;
  CHECK(fault_of("torus",
                 {{"dimensions", Counts{4, 3}}, {"hosts", std::int64_t{16}}, {"link", wide}}) ==
        "/hosts: must be 12, the product of the dimensions, found 16");
  CHECK(fault_of("hypercube", {{"hosts", std::int64_t{12}}, {"link", wide}}) ==
        "/hosts: must be a power of two in a hypercube, such as 8 or 16, found 12");
  CHECK(fault_of("fat_tree", {{"k", std::int64_t{5}}, {"link", wide}}) ==
        "/k: must be even, found 5");
  CHECK(fault_of("mesh", {{"dimensions", Counts{}}, {"link", wide}}) ==
        "/dimensions: must have at least one dimension, found none");
  CHECK(fault_of("mesh", {{"dimensions", Counts{2048, 2049}}, {"link", wide}}) ==
        ": must have at most 4194304 hosts: the product of the dimensions");
  CHECK(fault_of("dragonfly", {{"groups", std::int64_t{10}},
                               {"routers", std::int64_t{4}},
                               {"hosts_per_router", std::int64_t{2}},
                               {"global_links", std::int64_t{2}},
                               {"link", wide}}) ==
        "/global_links: must be at least 3, so that each group has a link to each other, found 2");
  CHECK(fault_of("machine", {{"devices", std::int64_t{8}},
                             {"machines", std::int64_t{2}},
                             {"ports", std::int64_t{3}},
                             {"network", wide},
                             {"link", wide}}) ==
        "/ports: must divide the number of devices, 8, or be a multiple of it, found 3");
}

}  // namespace lockstep::topologies
