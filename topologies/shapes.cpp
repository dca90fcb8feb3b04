#include "topologies/shapes.hpp"

#include <algorithm>
#include <limits>

namespace lockstep::topologies {
namespace {

template <class Value>
std::optional<Value> setting(const TopologySpec& spec, std::string_view key) {
  const auto found = spec.settings.find(key);
  if (found == spec.settings.end()) return std::nullopt;
  return *std::get_if<Value>(&found->second);
}

}  // namespace

bool has_setting(const TopologySpec& spec, std::string_view key) {
  return spec.settings.contains(key);
}
std::int64_t count_of(const TopologySpec& spec, std::string_view key, std::int64_t fallback) {
  return setting<std::int64_t>(spec, key).value_or(fallback);
}
bool flag_of(const TopologySpec& spec, std::string_view key) {
  return setting<bool>(spec, key).value_or(false);
}
std::optional<double> ratio_of(const TopologySpec& spec, std::string_view key) {
  return setting<double>(spec, key);
}
std::vector<std::int64_t> counts_of(const TopologySpec& spec, std::string_view key) {
  return setting<std::vector<std::int64_t>>(spec, key).value_or(std::vector<std::int64_t>());
}
std::vector<LevelSpec> levels_of(const TopologySpec& spec, std::string_view key) {
  return setting<std::vector<LevelSpec>>(spec, key).value_or(std::vector<LevelSpec>());
}
std::optional<LinkSpec> link_of(const TopologySpec& spec, std::string_view key) {
  return setting<LinkSpec>(spec, key);
}

std::int64_t product_up_to(std::span<const std::int64_t> counts, std::int64_t most) {
  std::int64_t product = 1;
  for (const std::int64_t count : counts) {
    if (count > most / product) return most + 1;
    product *= count;
  }
  return product;
}

void check_links(const TopologySpec& spec, std::span<const ShapeKey> keys, Faults& faults) {
  for (const ShapeKey& key : keys)
    if (key.value == ShapeValue::link)
      if (const auto link = link_of(spec, key.name))
        check_link(*link, "/" + std::string(key.name), faults);
}

void check_size(const TopologySpec& spec, std::int64_t hosts, std::int64_t links,
                std::string_view counted, Faults& faults) {
  if (hosts > most_hosts)
    return faults.push_back(
        {"", fmt::format("must have at most {} hosts: {}", most_hosts, counted)});
  if (links > most_links)
    return faults.push_back(
        {"", fmt::format("must have at most {} links, found {}", most_links, links)});
  const std::int64_t stated = count_of(spec, "hosts", hosts);
  if (stated != hosts)
    faults.push_back({"/hosts", fmt::format("must be {}, {}, found {}", hosts, counted, stated)});
}

ShapeBuilder::ShapeBuilder(const TopologySpec& spec, const ShapeCounts& counts) {
  topology_.kind = spec.kind;
  topology_.routing = spec.routing;
  topology_.nodes.reserve(static_cast<std::size_t>(counts.nodes));
  topology_.hosts.reserve(static_cast<std::size_t>(counts.hosts));
  topology_.links.reserve(static_cast<std::size_t>(counts.links));
}

NodeIndex ShapeBuilder::add_host(std::string name) {
  topology_.hosts.push_back(add_node(std::move(name)));
  return topology_.hosts.back();
}

NodeIndex ShapeBuilder::add_node(std::string name) {
  topology_.nodes.push_back(std::move(name));
  return static_cast<NodeIndex>(topology_.nodes.size() - 1);
}

void ShapeBuilder::join(NodeIndex from, NodeIndex to, const LinkSpec& link, std::string_view role) {
  Link made = make_link(link, from, to);
  made.role = role_number(role);
  topology_.links.push_back(made);
}

std::uint16_t ShapeBuilder::role_number(std::string_view role) {
  auto& roles = topology_.link_roles;
  const auto found = std::ranges::find(roles, role);
  if (found != roles.end()) return static_cast<std::uint16_t>(found - roles.begin());
  roles.emplace_back(role);
  return static_cast<std::uint16_t>(roles.size() - 1);
}

Topology ShapeBuilder::finish(Wiring wiring) {
  topology_.wiring = wiring;
  make_channels(topology_);
  return std::move(topology_);
}

}  // namespace lockstep::topologies
