#include "topologies/grids.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>

namespace lockstep::topologies {
namespace {

using Dimensions = std::vector<std::int64_t>;

// The number of links of a line or ring of `length` points.
std::int64_t links_along(std::int64_t length, bool is_ring) {
  return is_ring && length > 2 ? length : length - 1;
}

ShapeCounts count_grid(const Dimensions& dimensions, bool is_torus) {
  ShapeCounts counts;
  counts.hosts = counts.nodes =
      std::accumulate(dimensions.begin(), dimensions.end(), std::int64_t{1}, std::multiplies<>());
  const std::int64_t longest = std::ranges::max(dimensions);
  for (const std::int64_t length : dimensions) {
    counts.links += counts.hosts / length * links_along(length, is_torus);
    counts.diameter += is_torus ? length / 2 : length - 1;
  }
  if (longest > 1)
    counts.bisection_links = counts.hosts / longest * (is_torus && longest > 2 ? 2 : 1);
  return counts;
}

Topology build_grid(const TopologySpec& spec, const Dimensions& dimensions, bool is_torus) {
  const ShapeCounts counts = count_grid(dimensions, is_torus);
  const LinkSpec link = *link_of(spec, "link");
  ShapeBuilder builder(spec, counts);
  for (std::int64_t host = 0; host < counts.hosts; ++host) builder.add_host();
  std::int64_t stride = 1;  // between neighbours along the dimension
  for (std::size_t i = dimensions.size(); i-- > 0; stride *= dimensions[i])
    for (std::int64_t host = 0; host < counts.hosts; ++host) {
      const std::int64_t place = host / stride % dimensions[i];
      const bool is_last = place == dimensions[i] - 1;
      if (is_last && links_along(dimensions[i], is_torus) < dimensions[i]) continue;
      const std::int64_t next = is_last ? host - place * stride : host + stride;
      builder.join(static_cast<NodeIndex>(host), static_cast<NodeIndex>(next), link);
    }
  return builder.finish();
}

Result<Topology> build_checked_grid(const TopologySpec& spec, bool is_torus) {
  Faults faults;
  const Dimensions dimensions = counts_of(spec, "dimensions");
  if (dimensions.empty())
    faults.push_back({"/dimensions", "must have at least one dimension, found none"});
  else if (const std::int64_t hosts = product_up_to(dimensions, most_hosts); hosts > most_hosts)
    check_size(spec, hosts, 0, "the product of the dimensions", faults);
  else
    check_size(spec, hosts, count_grid(dimensions, is_torus).links, "the product of the dimensions",
               faults);
  check_links(spec, grid_keys, faults);
  if (!faults.empty()) return faults;
  return build_grid(spec, dimensions, is_torus);
}

// As many twos as the hosts have dimensions; a single host has one dimension of length 1.
Dimensions dimensions_of_hypercube(const TopologySpec& spec) {
  const auto hosts = static_cast<std::uint64_t>(count_of(spec, "hosts"));
  if (hosts == 1) return {1};
  return Dimensions(static_cast<std::size_t>(std::bit_width(hosts) - 1), 2);
}

}  // namespace

ShapeCounts count_line(const TopologySpec& spec) {
  return count_grid({count_of(spec, "hosts")}, false);
}
ShapeCounts count_mesh(const TopologySpec& spec) {
  return count_grid(counts_of(spec, "dimensions"), false);
}
ShapeCounts count_torus(const TopologySpec& spec) {
  return count_grid(counts_of(spec, "dimensions"), true);
}
ShapeCounts count_hypercube(const TopologySpec& spec) {
  return count_grid(dimensions_of_hypercube(spec), false);
}

Result<Topology> build_line(const TopologySpec& spec) {
  Faults faults;
  check_size(spec, count_of(spec, "hosts"), 0, "the number of hosts", faults);
  check_links(spec, line_keys, faults);
  if (!faults.empty()) return faults;
  return build_grid(spec, {count_of(spec, "hosts")}, false);
}

Result<Topology> build_mesh(const TopologySpec& spec) { return build_checked_grid(spec, false); }
Result<Topology> build_torus(const TopologySpec& spec) { return build_checked_grid(spec, true); }

Result<Topology> build_hypercube(const TopologySpec& spec) {
  Faults faults;
  const auto hosts = static_cast<std::uint64_t>(count_of(spec, "hosts"));
  check_size(spec, count_of(spec, "hosts"), 0, "the number of hosts", faults);
  if (!std::has_single_bit(hosts))
    faults.push_back({"/hosts", fmt::format("must be a power of two in a hypercube, such as {} or "
                                            "{}, found {}",
                                            std::bit_floor(hosts), std::bit_ceil(hosts), hosts)});
  else if (faults.empty())
    check_size(spec, count_of(spec, "hosts"), count_hypercube(spec).links, "", faults);
  check_links(spec, hypercube_keys, faults);
  if (!faults.empty()) return faults;
  return build_grid(spec, dimensions_of_hypercube(spec), false);
}

}  // namespace lockstep::topologies
