// Makes setups for tests: a cluster, a network of layers, an algorithm and its options.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/algorithms/registry.hpp"
#include "models/cost/algorithm.hpp"
#include "models/cost/make_setup.hpp"
#include "models/language/setup.hpp"
#include "topologies/topology_spec.hpp"

namespace lockstep::models::testing {

struct RunOf {
  std::string topology = "star";
  int hosts = 4;
  double bytes_per_s = 1.25e9;
  double latency_s = 10e-6;
  DeviceSpec device = {.flops_per_s = 1e12, .launch_overhead_s = 1e-6};
  std::vector<Reductions> reductions = {};  // by host; empty: as `device` has them
  Sharing sharing = Sharing::max_min;
  Connections connections = Connections::ordered;
  Mlp mlp = {.layers = 3, .width = 64};
  std::vector<MeasuredStage> measured = {};  // in place of layers, and of devices
  Training training = {.batch = 8, .iterations = 1};
  std::string kind = "sgd";
  std::vector<std::pair<std::string, OptionValue>> options = {};

  [[nodiscard]] Cluster cluster() const {
    topologies::TopologySpec spec;
    spec.kind = topology;
    spec.hosts = hosts;
    spec.link.bytes_per_s = bytes_per_s;
    spec.link.latency_s = latency_s;
    Result<topologies::Topology> built = topologies::find_topology_kind(topology)->build(spec);
    Cluster made = {
        std::make_shared<const topologies::Topology>(std::move(*built)), {}, sharing, connections};
    if (measured.empty()) made.devices = {device};
    if (measured.empty() && !reductions.empty()) {
      made.devices.assign(reductions.size(), device);
      for (std::size_t host = 0; host < reductions.size(); ++host)
        made.devices[host].reductions = reductions[host];
    }
    return made;
  }
  [[nodiscard]] AlgorithmSpec algorithm() const {
    AlgorithmSpec spec;
    spec.algorithm = find_algorithm(kind);
    spec.label = kind;
    spec.pointer = "/algorithm";
    spec.options = Options(spec.algorithm->options);
    for (const auto& [name, value] : options) spec.options.set(name, value);
    return spec;
  }
  [[nodiscard]] Result<Setup> result() const {
    const Mlp stages = {static_cast<std::int64_t>(measured.size()), 0, Precision::of(1)};
    return make_setup(measured.empty() ? mlp : stages, training, cluster(), algorithm(), measured);
  }
  [[nodiscard]] Setup setup() const { return *result(); }
};

}  // namespace lockstep::models::testing
