#include "models/parts/replicas/grown_topologies.hpp"

#include <utility>

namespace lockstep::models {

using topologies::Topology;

std::shared_ptr<const Topology> GrownTopologies::get(const topologies::TopologyKind& kind,
                                                     const Topology& like, int hosts) {
  const std::lock_guard lock(mutex_);
  const topologies::Link& link = like.links.front();
  if (kind_ != &kind || routing_ != like.routing || bytes_per_s_ != link.bytes_per_s ||
      latency_ != link.latency) {
    by_hosts_.clear();
    kind_ = &kind;
    routing_ = like.routing;
    bytes_per_s_ = link.bytes_per_s;
    latency_ = link.latency;
  }
  const auto [found, is_new] = by_hosts_.try_emplace(hosts);
  if (!is_new) return found->second;
  topologies::TopologySpec spec;
  spec.kind = kind.kind;
  spec.routing = routing_;
  spec.hosts = hosts;
  spec.link.bytes_per_s = bytes_per_s_;
  spec.link.latency_s = latency_.seconds();
  Result<Topology> built = kind.build(spec);
  if (built) found->second = std::make_shared<const Topology>(std::move(*built));
  return found->second;
}

}  // namespace lockstep::models
