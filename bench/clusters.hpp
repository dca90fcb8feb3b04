// Clusters that benchmarks run on.
#pragma once

#include <memory>
#include <string>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/language/setup.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::bench {

inline topologies::Topology star(std::int64_t hosts) {
  topologies::TopologySpec spec;
  spec.kind = "star";
  spec.hosts = hosts;
  spec.link.bytes_per_s = 1.25e9;
  spec.link.latency_s = 10e-6;
  return *topologies::find_topology_kind("star")->build(spec);
}

// `hosts` hosts at 10 Gbit/s behind `leaves` leaf switches, whose uplinks to the core have the
// bandwidth of `uplink_hosts` hosts. Host i is behind leaf i % leaves: neighbours are far apart.
inline topologies::Topology two_level_tree(int hosts, int leaves, double uplink_hosts) {
  topologies::TopologySpec spec;
  spec.kind = "custom";
  for (int host = 0; host < hosts; ++host) spec.nodes.push_back("h" + std::to_string(host));
  spec.host_names = spec.nodes;
  for (int leaf = 0; leaf < leaves; ++leaf) spec.nodes.push_back("leaf" + std::to_string(leaf));
  spec.nodes.emplace_back("core");
  const auto link = [&spec](std::string from, std::string to, double bytes_per_s) {
    spec.links.push_back(
        {std::move(from), std::move(to), bytes_per_s, 10e-6, topologies::Duplex::full});
  };
  for (int host = 0; host < hosts; ++host)
    link("h" + std::to_string(host), "leaf" + std::to_string(host % leaves), 1.25e9);
  for (int leaf = 0; leaf < leaves; ++leaf)
    link("leaf" + std::to_string(leaf), "core", uplink_hosts * 1.25e9);
  return *topologies::find_topology_kind("custom")->build(spec);
}

// `kind` with its default options.
inline models::AlgorithmSpec spec_of(const char* kind) {
  models::AlgorithmSpec spec;
  spec.algorithm = models::find_algorithm(kind);
  spec.label = kind;
  spec.options = models::Options(spec.algorithm->options);
  return spec;
}

inline models::Cluster cluster_of(topologies::Topology topology) {
  models::DeviceSpec device;
  device.flops_per_s = 1e13;
  return {std::make_shared<const topologies::Topology>(std::move(topology)),
          {device},
          models::Sharing::max_min};
}

inline models::Setup setup_of(const models::AlgorithmSpec& spec, topologies::Topology topology,
                              const models::Mlp& mlp, const models::Training& training) {
  return *models::make_setup(mlp, training, cluster_of(std::move(topology)), spec);
}

// One iteration of `kind` with its default options on `topology`; `mlp` and `batch` as given.
inline models::Setup setup_of(const char* kind, topologies::Topology topology,
                              const models::Mlp& mlp, const models::Training& training) {
  return setup_of(spec_of(kind), std::move(topology), mlp, training);
}

}  // namespace lockstep::bench
