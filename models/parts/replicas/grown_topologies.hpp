// Topologies of one kind and one link with different numbers of hosts, each built once, however
// many algorithms are costed on them. Threads may share the object.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "models/language/setup.hpp"
#include "models/parts/replicas/optimal_workers.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::models {

class GrownTopologies {
 public:
  // Returns the topology of `kind`, with the routing and the links of `like` (which has one), that
  // has `hosts` hosts; null if there is none. Topologies of other links are forgotten then.
  [[nodiscard]] std::shared_ptr<const topologies::Topology> get(
      const topologies::TopologyKind& kind, const topologies::Topology& like, int hosts);

 private:
  std::mutex mutex_;  // guards all below
  const topologies::TopologyKind* kind_ = nullptr;
  topologies::Routing routing_ = {};
  double bytes_per_s_ = 0;
  Picoseconds latency_;
  std::map<int, std::shared_ptr<const topologies::Topology>> by_hosts_;
};

// As `optimal_workers(setup)`, for several setups that share the topologies.
[[nodiscard]] std::optional<OptimalWorkers> optimal_workers(const Setup& setup,
                                                            GrownTopologies& topologies);

}  // namespace lockstep::models
