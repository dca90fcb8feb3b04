// What the builders of shapes (torus, tree, dragonfly, ...) share: access to the settings of a
// scenario, checks of sizes, and a builder that adds nodes and links one by one.
//
// Counts are 64-bit and checked before anything is built, so that no product overflows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topologies/builders.hpp"

namespace lockstep::topologies {

// Return the setting of a key, which has the type that the shape's table of keys gives it. If the
// scenario does not set the key, they return the fallback, false, nothing or an empty list.
[[nodiscard]] std::int64_t count_of(const TopologySpec& spec, std::string_view key,
                                    std::int64_t fallback = 0);
[[nodiscard]] bool flag_of(const TopologySpec& spec, std::string_view key);
[[nodiscard]] std::optional<double> ratio_of(const TopologySpec& spec, std::string_view key);
[[nodiscard]] std::vector<std::int64_t> counts_of(const TopologySpec& spec, std::string_view key);
[[nodiscard]] std::vector<LevelSpec> levels_of(const TopologySpec& spec, std::string_view key);
[[nodiscard]] std::optional<LinkSpec> link_of(const TopologySpec& spec, std::string_view key);
[[nodiscard]] bool has_setting(const TopologySpec& spec, std::string_view key);

// Returns the product of counts of at least 1, or `most` + 1 if it is larger than `most`.
[[nodiscard]] std::int64_t product_up_to(std::span<const std::int64_t> counts, std::int64_t most);

// Add the faults in the links of a shape, and in its size: too many hosts (`most_hosts`) or links
// (`most_links`), or a key "hosts" with another number than `hosts`. `counted` tells the reader of
// the fault where that number comes from: "the product of the dimensions".
void check_links(const TopologySpec& spec, std::span<const ShapeKey> keys, Faults& faults);
void check_size(const TopologySpec& spec, std::int64_t hosts, std::int64_t links,
                std::string_view counted, Faults& faults);

// Builds a topology node by node and link by link. Hosts come first, in rank order.
class ShapeBuilder {
 public:
  ShapeBuilder(const TopologySpec& spec, const ShapeCounts& counts);

  // Adds host number i as "host<i>", or a node that is not a host.
  NodeIndex add_host() { return add_host("host" + std::to_string(topology_.hosts.size())); }
  NodeIndex add_host(std::string name);
  NodeIndex add_node(std::string name);
  // Joins two nodes by a link of that role ("" for none).
  void join(NodeIndex from, NodeIndex to, const LinkSpec& link, std::string_view role = "");
  // Returns what was built. For `Wiring::star` there must be exactly one node that is not a host,
  // and link i must be the link of host i to it.
  [[nodiscard]] Topology finish(Wiring wiring = Wiring::general);

 private:
  std::uint16_t role_number(std::string_view role);
  Topology topology_;
};

}  // namespace lockstep::topologies
