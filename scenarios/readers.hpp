// The parts of a scenario, each read from its place in the document. Each adds its faults and gives
// what it read together with its resolved copy; after a fault, stand-ins are in its place.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "models/setup.hpp"
#include "scenarios/object_reader.hpp"
#include "scenarios/place.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::scenarios {

// read_training.cpp; adds the stages to `measured` where the model has them in place of layers.
[[nodiscard]] models::Mlp read_model(const Place& place,
                                     std::vector<models::MeasuredStage>& measured, Json& resolved);
[[nodiscard]] models::Training read_training(const Place& place, const models::Mlp& mlp,
                                             Json& resolved);

// read_stages.cpp: whether a model has measured stages, and what they are: a list of them, or one
// with a count. `bytes_per_scalar` is of their parameters.
[[nodiscard]] bool has_stages(const Place& model);
[[nodiscard]] std::vector<models::MeasuredStage> read_stages(const Place& place,
                                                             std::int64_t bytes_per_scalar,
                                                             Json& resolved);

// read_links.cpp: bandwidth, latency and preset of a link, read as keys of `object`.
void read_link_keys(ObjectReader& object, topologies::LinkSpec& link);
// The one link of a uniform topology: such an object, or a preset's name.
[[nodiscard]] topologies::LinkSpec read_uniform_link(const Place& place, Json& resolved);

// read_graph.cpp: the keys of a custom topology.
void read_graph_keys(ObjectReader& object, const std::filesystem::path& folder,
                     topologies::TopologySpec& spec);

// read_cluster.cpp; null if the topology has faults.
[[nodiscard]] std::shared_ptr<const topologies::Topology> read_topology(
    const Place& place, const std::filesystem::path& folder, Json& resolved);
// Without a topology `cluster` has none. Raw flows and measured stages need no device.
[[nodiscard]] models::Cluster read_cluster(const Place& place, const std::filesystem::path& folder,
                                           bool device_required, Json& resolved);

// read_devices.cpp; `hosts` is their number, if known: one device, or one for each host.
[[nodiscard]] std::vector<models::DeviceSpec> read_devices(const Place& place,
                                                           std::optional<std::int64_t> hosts,
                                                           Json& resolved);

// read_slowdown.cpp
[[nodiscard]] models::Slowdown read_slowdown(const Place& place, Json& resolved);

// read_algorithms.cpp; of a list, only those without faults.
[[nodiscard]] std::vector<models::AlgorithmSpec> read_algorithm(const Place& place, Json& resolved);
[[nodiscard]] std::vector<models::AlgorithmSpec> read_algorithms(const Place& place,
                                                                 Json& resolved);

// read_traffic.cpp; without a topology the nodes' names are not checked.
[[nodiscard]] std::vector<topologies::RawFlow> read_traffic(const Place& place,
                                                            const topologies::Topology* topology,
                                                            Json& resolved);

// read_sweep.cpp: checks the axes against the whole document.
void check_sweep(const Place& place, const Json& document);

// check_runs.cpp: what only the closed form knows. A run past 106 days is a fault; memory that does
// not fit is a warning.
void check_runs(const std::vector<models::Setup>& runs, FaultList& faults, Faults& warnings);

}  // namespace lockstep::scenarios
