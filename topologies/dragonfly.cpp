#include "topologies/dragonfly.hpp"

namespace lockstep::topologies {
namespace {

struct Shape {
  std::int64_t groups;
  std::int64_t routers;
  std::int64_t hosts_per_router;
  std::int64_t global_links;

  explicit Shape(const TopologySpec& spec)
      : groups(count_of(spec, "groups")),
        routers(count_of(spec, "routers")),
        hosts_per_router(count_of(spec, "hosts_per_router")),
        global_links(count_of(spec, "global_links", (groups - 1 + routers - 1) / routers)) {}
  // The router of `group` that has the link to group `other`.
  [[nodiscard]] std::int64_t router_to(std::int64_t group, std::int64_t other) const {
    const std::int64_t number = (other - group - 1 + groups) % groups;
    return group * routers + number / global_links;
  }
};

}  // namespace

ShapeCounts count_dragonfly(const TopologySpec& spec) {
  const Shape shape(spec);
  ShapeCounts counts;
  const std::int64_t routers = shape.groups * shape.routers;
  counts.hosts = routers * shape.hosts_per_router;
  counts.nodes = counts.hosts + routers;
  counts.links =
      counts.hosts + routers * (shape.routers - 1) / 2 + shape.groups * (shape.groups - 1) / 2;
  counts.bisection_links = shape.groups > 1 ? (shape.groups / 2) * ((shape.groups + 1) / 2)
                                            : (shape.routers / 2) * ((shape.routers + 1) / 2);
  // A host to its router, to the router with the global link, over it, to the other's router, down.
  bool goes_local = shape.routers > 1;
  counts.diameter = shape.groups > 1 ? (goes_local ? 5 : 3) : (goes_local ? 3 : 2);
  if (counts.hosts == 1) counts.diameter = 0;
  return counts;
}

Result<Topology> build_dragonfly(const TopologySpec& spec) {
  const Shape shape(spec);
  Faults faults;
  const std::array counted = {shape.groups, shape.routers, shape.hosts_per_router};
  const std::array ports = {shape.routers, shape.global_links};
  const std::int64_t hosts = product_up_to(counted, most_hosts);
  // Pairs of groups and of routers are counted with care: each is checked before it is squared.
  const bool is_large = hosts > most_hosts || shape.groups > 4096 || shape.routers > 4096;
  check_size(spec, hosts, is_large ? 0 : count_dragonfly(spec).links,
             "groups x routers x hosts_per_router", faults);
  for (const auto& [key, count] : {std::pair{"/groups", shape.groups}, {"/routers", shape.routers}})
    if (count > 4096) faults.push_back({key, fmt::format("must be at most 4096, found {}", count)});
  if (product_up_to(ports, most_links) < shape.groups - 1)
    faults.push_back(
        {"/global_links",
         fmt::format("must be at least {}, so that each group has a link to each "
                     "other, found {}",
                     (shape.groups - 1 + shape.routers - 1) / shape.routers, shape.global_links)});
  check_links(spec, dragonfly_keys, faults);
  if (!faults.empty()) return faults;

  const LinkSpec link = *link_of(spec, "link");
  ShapeBuilder builder(spec, count_dragonfly(spec));
  for (std::int64_t host = 0; host < hosts; ++host) builder.add_host();
  const std::int64_t routers = shape.groups * shape.routers;
  for (std::int64_t router = 0; router < routers; ++router)
    builder.add_node(fmt::format("router{}.{}", router / shape.routers, router % shape.routers));
  const auto node_of = [&](std::int64_t router) { return static_cast<NodeIndex>(hosts + router); };
  for (std::int64_t host = 0; host < hosts; ++host)
    builder.join(static_cast<NodeIndex>(host), node_of(host / shape.hosts_per_router), link,
                 "host link");
  for (std::int64_t router = 0; router < routers; ++router)
    for (std::int64_t other = router + 1; other < (router / shape.routers + 1) * shape.routers;
         ++other)
      builder.join(node_of(router), node_of(other), link_of(spec, "local_link").value_or(link),
                   "local link");
  for (std::int64_t group = 0; group < shape.groups; ++group)
    for (std::int64_t other = group + 1; other < shape.groups; ++other)
      builder.join(node_of(shape.router_to(group, other)), node_of(shape.router_to(other, group)),
                   link_of(spec, "global_link").value_or(link), "global link");
  return builder.finish();
}

}  // namespace lockstep::topologies
