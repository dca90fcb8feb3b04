// What the builders share; see builders.hpp.
#include <cmath>

#include "topologies/builders.hpp"

namespace lockstep::topologies {
namespace {

// The longest span that fits in 64-bit picoseconds, rounded down a little.
constexpr double most_latency_s = 9.2e6;

}  // namespace

Faults check_uniform(const TopologySpec& spec) {
  Faults faults;
  if (spec.hosts < 1)
    faults.push_back({"/hosts", fmt::format("must be at least 1, found {}", spec.hosts)});
  if (spec.hosts > most_hosts)
    faults.push_back(
        {"/hosts", fmt::format("must be at most {}, found {}", most_hosts, spec.hosts)});
  check_link(spec.link, "/link", faults);
  if (spec.link.duplex != Duplex::full)
    faults.push_back({"/link/duplex", fmt::format("must be full in a {}; other links need a custom "
                                                  "topology",
                                                  spec.kind)});
  return faults;
}

void check_link(const LinkSpec& link, const std::string& pointer, Faults& faults) {
  if (!(link.bytes_per_s > 0) || !std::isfinite(link.bytes_per_s))
    faults.push_back({pointer + "/bandwidth",
                      fmt::format("must be finite and more than 0, found {}", link.bytes_per_s)});
  if (!(link.latency_s >= 0))
    faults.push_back(
        {pointer + "/latency", fmt::format("must be at least 0, found {}", link.latency_s)});
  if (link.latency_s > most_latency_s)
    faults.push_back({pointer + "/latency", fmt::format("must be at most {} s (106 days), found {}",
                                                        most_latency_s, link.latency_s)});
}

Topology hosts_without_links(const TopologySpec& spec) {
  Topology topology;
  topology.kind = spec.kind;
  topology.routing = spec.routing;
  topology.nodes.reserve(static_cast<std::size_t>(spec.hosts) + 1);
  topology.hosts.reserve(static_cast<std::size_t>(spec.hosts));
  for (NodeIndex host = 0; host < spec.hosts; ++host) {
    const fmt::format_int digits(host);
    topology.nodes.emplace_back("host").append(digits.data(), digits.size());
    topology.hosts.push_back(host);
  }
  return topology;
}

Link make_link(const LinkSpec& spec, NodeIndex from, NodeIndex to) {
  return {.from = from,
          .to = to,
          .bytes_per_s = spec.bytes_per_s,
          .latency = nearest_seconds(spec.latency_s),
          .duplex = spec.duplex,
          .unshared = spec.unshared};
}

}  // namespace lockstep::topologies
