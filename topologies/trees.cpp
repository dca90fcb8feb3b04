#include "topologies/trees.hpp"

#include <algorithm>

namespace lockstep::topologies {
namespace {

// Levels.

std::vector<std::int64_t> children_of(const std::vector<LevelSpec>& levels) {
  std::vector<std::int64_t> children;
  for (const LevelSpec& level : levels) children.push_back(level.children);
  return children;
}

// The link of each level; those that are given by their oversubscription carry the sum of the
// links below their children, divided by it.
std::vector<LinkSpec> links_of_levels(const std::vector<LevelSpec>& levels) {
  std::vector<LinkSpec> links;
  for (const LevelSpec& level : levels) {
    if (level.link) {
      links.push_back(*level.link);
      continue;
    }
    const auto below = static_cast<double>(levels[links.size() - 1].children);
    LinkSpec link = links.back();
    link.bytes_per_s *= below / *level.oversubscription;
    links.push_back(link);
  }
  return links;
}

void check_levels(const std::vector<LevelSpec>& levels, Faults& faults) {
  if (levels.empty()) faults.push_back({"/levels", "must have at least one level, found none"});
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::string pointer = fmt::format("/levels/{}", i);
    const LevelSpec& level = levels[i];
    if (level.link) check_link(*level.link, pointer + "/link", faults);
    if (level.link && level.oversubscription)
      faults.push_back({pointer + "/oversubscription",
                        "cannot be combined with \"link\"; give one or the other"});
    if (!level.link && i == 0)
      faults.push_back({pointer + "/link", "missing; the lowest level has the links of the hosts"});
    if (!level.link && !level.oversubscription && i > 0)
      faults.push_back({pointer, "needs \"link\" or \"oversubscription\""});
  }
}

std::string role_of_level(std::size_t level) {
  if (level == 0) return "host link";
  return level == 1 ? "rack uplink" : fmt::format("level {} uplink", level);
}

// Fat trees.

bool has_k(const TopologySpec& spec) { return has_setting(spec, "k"); }

LinkSpec uplink_of(const TopologySpec& spec) {
  if (const auto uplink = link_of(spec, "uplink")) return *uplink;
  LinkSpec link = *link_of(spec, "link");
  link.bytes_per_s *= static_cast<double>(count_of(spec, "hosts_per_leaf")) /
                      static_cast<double>(count_of(spec, "spines")) /
                      ratio_of(spec, "oversubscription").value_or(1);
  return link;
}

Topology build_pods(const TopologySpec& spec) {
  const std::int64_t k = count_of(spec, "k");
  const std::int64_t half = k / 2;
  const LinkSpec link = *link_of(spec, "link");
  ShapeBuilder builder(spec, count_fat_tree(spec));
  for (std::int64_t host = 0; host < k * half * half; ++host) builder.add_host();
  const auto add_switches = [&](std::int64_t count, std::string_view name) {
    std::vector<NodeIndex> switches;
    for (std::int64_t i = 0; i < count; ++i)
      switches.push_back(builder.add_node(fmt::format("{}{}", name, i)));
    return switches;
  };
  const std::vector<NodeIndex> edges = add_switches(k * half, "edge");
  const std::vector<NodeIndex> middles = add_switches(k * half, "aggregation");
  const std::vector<NodeIndex> cores = add_switches(half * half, "core");
  for (std::int64_t host = 0; host < k * half * half; ++host)
    builder.join(static_cast<NodeIndex>(host), edges[static_cast<std::size_t>(host / half)], link,
                 "host link");
  for (std::size_t edge = 0; edge < edges.size(); ++edge)
    for (std::int64_t up = 0; up < half; ++up) {
      const std::size_t first = edge - edge % static_cast<std::size_t>(half);
      builder.join(edges[edge], middles[first + static_cast<std::size_t>(up)], link, "edge uplink");
    }
  for (std::size_t middle = 0; middle < middles.size(); ++middle)
    for (std::int64_t up = 0; up < half; ++up) {
      const std::int64_t place = static_cast<std::int64_t>(middle) % half;
      builder.join(middles[middle], cores[static_cast<std::size_t>(place * half + up)], link,
                   "core uplink");
    }
  return builder.finish();
}

Topology build_leaves(const TopologySpec& spec) {
  const std::int64_t leaves = count_of(spec, "leaves");
  const std::int64_t spines = count_of(spec, "spines");
  const std::int64_t hosts_per_leaf = count_of(spec, "hosts_per_leaf");
  const LinkSpec link = *link_of(spec, "link");
  const LinkSpec uplink = uplink_of(spec);
  ShapeBuilder builder(spec, count_fat_tree(spec));
  for (std::int64_t host = 0; host < leaves * hosts_per_leaf; ++host) builder.add_host();
  std::vector<NodeIndex> leaf_nodes;
  for (std::int64_t leaf = 0; leaf < leaves; ++leaf)
    leaf_nodes.push_back(builder.add_node(fmt::format("leaf{}", leaf)));
  std::vector<NodeIndex> spine_nodes;
  for (std::int64_t spine = 0; spine < spines; ++spine)
    spine_nodes.push_back(builder.add_node(fmt::format("spine{}", spine)));
  for (std::int64_t host = 0; host < leaves * hosts_per_leaf; ++host)
    builder.join(static_cast<NodeIndex>(host),
                 leaf_nodes[static_cast<std::size_t>(host / hosts_per_leaf)], link, "host link");
  for (const NodeIndex leaf : leaf_nodes)
    for (const NodeIndex spine : spine_nodes) builder.join(leaf, spine, uplink, "leaf uplink");
  return builder.finish();
}

void check_pods(const TopologySpec& spec, Faults& faults) {
  const std::int64_t k = count_of(spec, "k");
  for (const std::string_view key :
       {"leaves", "spines", "hosts_per_leaf", "uplink", "oversubscription"})
    if (has_setting(spec, key))
      faults.push_back({"/" + std::string(key), "cannot be combined with \"k\""});
  if (k % 2 != 0) return faults.push_back({"/k", fmt::format("must be even, found {}", k)});
  const std::array halves = {k, k / 2, k / 2};
  const std::int64_t hosts = product_up_to(halves, most_hosts);
  check_size(spec, hosts, hosts > most_hosts ? 0 : 3 * hosts, "k^3 / 4", faults);
}

void check_leaves(const TopologySpec& spec, Faults& faults) {
  bool complete = true;
  for (const std::string_view key : {"leaves", "spines", "hosts_per_leaf"}) {
    if (has_setting(spec, key)) continue;
    complete = false;
    faults.push_back({"/" + std::string(key), "missing (or give \"k\" alone)"});
  }
  if (has_setting(spec, "uplink") && has_setting(spec, "oversubscription"))
    faults.push_back(
        {"/oversubscription", "cannot be combined with \"uplink\"; give one or the other"});
  if (!complete) return;
  const std::array hosts = {count_of(spec, "leaves"), count_of(spec, "hosts_per_leaf")};
  const std::array uplinks = {count_of(spec, "leaves"), count_of(spec, "spines")};
  check_size(spec, product_up_to(hosts, most_hosts),
             product_up_to(hosts, most_hosts) + product_up_to(uplinks, most_links),
             "leaves x hosts_per_leaf", faults);
}

}  // namespace

ShapeCounts count_tree(const TopologySpec& spec) {
  const std::vector<LevelSpec> levels = levels_of(spec, "levels");
  ShapeCounts counts;
  counts.nodes = 1;
  std::int64_t of_level = 1;  // nodes
  for (std::size_t level = levels.size(); level-- > 0;) {
    of_level *= levels[level].children;
    counts.nodes += of_level;
    counts.links += of_level;
  }
  counts.hosts = of_level;
  counts.bisection_links = levels.back().children / 2;
  std::size_t up = levels.size();  // to where hosts may have to go: the highest that branches
  while (up > 0 && levels[up - 1].children == 1) --up;
  counts.diameter = 2 * static_cast<std::int64_t>(up);
  return counts;
}

Result<Topology> build_tree(const TopologySpec& spec) {
  const std::vector<LevelSpec> levels = levels_of(spec, "levels");
  Faults faults;
  check_levels(levels, faults);
  const std::int64_t hosts = product_up_to(children_of(levels), most_hosts);
  if (!levels.empty())
    check_size(spec, hosts, hosts > most_hosts ? 0 : count_tree(spec).links,
               "the product of the levels' children", faults);
  if (!faults.empty()) return faults;

  const std::vector<LinkSpec> links = links_of_levels(levels);
  ShapeBuilder builder(spec, count_tree(spec));
  std::vector<NodeIndex> below;
  for (std::int64_t host = 0; host < hosts; ++host) below.push_back(builder.add_host());
  for (std::size_t level = 0; level < levels.size(); ++level) {
    const auto children = static_cast<std::size_t>(levels[level].children);
    const bool is_top = level + 1 == levels.size();
    std::vector<NodeIndex> switches;
    for (std::size_t i = 0; i < below.size() / children; ++i)
      switches.push_back(builder.add_node(
          is_top ? (level == 0 ? "switch" : "root")
                 : (level == 0 ? fmt::format("rack{}", i) : fmt::format("level{}.{}", level, i))));
    for (std::size_t child = 0; child < below.size(); ++child)
      builder.join(below[child], switches[child / children], links[level], role_of_level(level));
    below = std::move(switches);
  }
  return builder.finish(levels.size() == 1 ? Wiring::star : Wiring::general);
}

ShapeCounts count_fat_tree(const TopologySpec& spec) {
  ShapeCounts counts;
  if (has_k(spec)) {
    const std::int64_t k = count_of(spec, "k");
    counts.hosts = k * k * k / 4;
    counts.nodes = counts.hosts + 5 * k * k / 4;
    counts.links = 3 * counts.hosts;
    counts.bisection_links = counts.hosts / 2;
    counts.diameter = 6;
    return counts;
  }
  const std::int64_t leaves = count_of(spec, "leaves");
  const std::int64_t spines = count_of(spec, "spines");
  counts.hosts = leaves * count_of(spec, "hosts_per_leaf");
  counts.nodes = counts.hosts + leaves + spines;
  counts.links = counts.hosts + leaves * spines;
  counts.bisection_links = leaves / 2 * spines;
  counts.diameter = leaves > 1 ? 4 : counts.hosts > 1 ? 2 : 0;
  return counts;
}

Result<Topology> build_fat_tree(const TopologySpec& spec) {
  Faults faults;
  if (has_k(spec))
    check_pods(spec, faults);
  else
    check_leaves(spec, faults);
  check_links(spec, fat_tree_keys, faults);
  if (const auto ratio = ratio_of(spec, "oversubscription"); ratio && !(*ratio > 0))
    faults.push_back({"/oversubscription", fmt::format("must be more than 0, found {}", *ratio)});
  if (!faults.empty()) return faults;
  return has_k(spec) ? build_pods(spec) : build_leaves(spec);
}

}  // namespace lockstep::topologies
