// A link for each pair of hosts, in the order 0-1, 0-2, ..., 1-2, 1-3, ...
#include "topologies/builders.hpp"

namespace lockstep::topologies {
namespace {

constexpr std::int64_t links_between(std::int64_t hosts) { return hosts * (hosts - 1) / 2; }

constexpr std::int64_t most_hosts_here = 4096;
static_assert(links_between(most_hosts_here) <= most_links);
static_assert(links_between(most_hosts_here + 1) > most_links);

}  // namespace

Result<Topology> build_fully_connected(const TopologySpec& spec) {
  Faults faults = check_uniform(spec);
  if (spec.hosts > most_hosts_here && spec.hosts <= most_hosts)
    faults.push_back(
        {"/hosts", fmt::format("must be at most {} in a fully_connected (each pair has a link, "
                               "and at most {} links are built), found {}",
                               most_hosts_here, most_links, spec.hosts)});
  if (!faults.empty()) return faults;

  Topology topology = hosts_without_links(spec);
  topology.links.reserve(static_cast<std::size_t>(links_between(spec.hosts)));
  for (NodeIndex from = 0; from < spec.hosts; ++from)
    for (NodeIndex to = from + 1; to < spec.hosts; ++to)
      topology.links.push_back(make_link(spec.link, from, to));
  topology.wiring = Wiring::fully_connected;
  make_channels(topology);
  return topology;
}

}  // namespace lockstep::topologies
