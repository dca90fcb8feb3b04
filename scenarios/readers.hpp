// The parts of a scenario, each read from its place in the document. Each adds its faults and gives
// what it read together with its resolved copy; after a fault, stand-ins are in its place.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/language/setup.hpp"
#include "scenarios/object_reader.hpp"
#include "scenarios/place.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::scenarios {

// read_training.cpp; adds the stages to `measured` where the model has them in place of layers.
[[nodiscard]] models::Mlp read_model(const Place& place,
                                     std::vector<models::MeasuredStage>& measured, Json& resolved);
// read_precision.cpp: how many bytes the scalars of a model take. Names: all scalars alike, or
// mixed precision after Micikevicius et al., ICLR 2018: 16 bytes a parameter with Adam.
inline constexpr std::array<std::string_view, 5> precision_names = {"fp64", "fp32", "fp16", "bf16",
                                                                    "mixed"};
inline constexpr std::array precisions = {
    models::Precision::of(8), models::Precision::of(4), models::Precision::of(2),
    models::Precision::of(2),
    models::Precision{
        .parameters = 2, .gradients = 2, .activations = 2, .master_copy = 4, .optimizer_state = 4}};
[[nodiscard]] std::int64_t read_scalar_bytes(ObjectReader& object);
[[nodiscard]] models::Precision read_precision(ObjectReader& object);

// read_optimizer.cpp
[[nodiscard]] models::Optimizer read_optimizer(const Place& place, Json& resolved);

// Counts that could not be read, or that are in doubt, are 0.
struct TrainingPart {
  models::Training training;
  std::optional<double> target_accuracy;
};
[[nodiscard]] TrainingPart read_training(const Place& place, const models::Mlp& mlp,
                                         Json& resolved);

// Limits of the model that keep every product of counts within 63 bits.
inline constexpr IntegerRange layer_range{1, 1'000'000};
inline constexpr IntegerRange width_range{1, 10'000'000};

// read_layers.cpp: whether a model lists its layers, and what they are.
[[nodiscard]] bool has_layer_list(const Place& model);
[[nodiscard]] std::vector<models::LayerShape> read_layers(const Place& place, Json& resolved);

// read_stages.cpp: whether a model has measured stages, and what they are: a list of them, or one
// with a count. `bytes_per_scalar` is of their parameters.
[[nodiscard]] bool has_stages(const Place& model);
[[nodiscard]] std::vector<models::MeasuredStage> read_stages(const Place& place,
                                                             std::int64_t bytes_per_scalar,
                                                             Json& resolved);

// What a link has whose bandwidth could not be read: one that every builder takes.
inline constexpr double stand_in_bandwidth = 1;

// read_links.cpp: bandwidth, latency and preset of a link, read as keys of `object`.
void read_link_keys(ObjectReader& object, topologies::LinkSpec& link);
// The one link of a uniform topology: such an object, or a preset's name.
[[nodiscard]] topologies::LinkSpec read_uniform_link(const Place& place, Json& resolved);

// read_graph.cpp: the keys of a custom topology; of a file, what is in it.
void read_graph_keys(ObjectReader& object, const std::filesystem::path& folder,
                     topologies::TopologySpec& spec);
// The resolved copy of a topology whose graph was read from a file: it stands without that file.
[[nodiscard]] Json resolve_file(const topologies::TopologySpec& spec,
                                const topologies::Topology& topology, const Json& resolved);

// Faulty topologies are still good for checking what refers to them.
struct TopologyPart {
  // After a fault a stand-in with as many hosts; null where nobody knows how many there are.
  std::shared_ptr<const topologies::Topology> topology;
  // A topology whose nodes have the right names; null where not all of them are known.
  std::shared_ptr<const topologies::Topology> named;
};

// read_topology.cpp
[[nodiscard]] TopologyPart read_topology(const Place& place, const std::filesystem::path& folder,
                                         Json& resolved);
// With so many hosts, and sound otherwise.
[[nodiscard]] std::shared_ptr<const topologies::Topology> stand_in_topology(std::int64_t hosts);

// read_cluster.cpp; the topology is that of the part. Raw flows and measured stages
// need no device.
struct ClusterPart {
  models::Cluster cluster;
  std::shared_ptr<const topologies::Topology> named;
};
[[nodiscard]] ClusterPart read_cluster(const Place& place, const std::filesystem::path& folder,
                                       bool device_required, Json& resolved);

// read_devices.cpp; `hosts` is their number, if known: one device, or one for each host. Cores that
// hosts or a memory share fold messages themselves, unless told otherwise.
[[nodiscard]] std::vector<models::DeviceSpec> read_devices(const Place& place,
                                                           std::optional<std::int64_t> hosts,
                                                           bool shared_cores, Json& resolved);

// read_slowdown.cpp
[[nodiscard]] models::Slowdown read_slowdown(const Place& place, Json& resolved);

// read_options.cpp: the values of the options that a table declares, defaults filled in.
struct OptionsPart {
  models::Options options;
  std::vector<const models::OptionSpec*> unread;  // those that could not be read: defaults
  std::vector<const models::OptionSpec*> chosen;  // those with a value that is not their default
};
[[nodiscard]] OptionsPart read_options(ObjectReader& object,
                                       std::span<const models::OptionSpec> specs);
// Options of other kinds of the same sort get words of their own: `"micro_batches" is an option of
// gpipe, not of sync_sgd`.
struct OptionsOf {
  std::string_view kind;
  std::span<const models::OptionSpec> options;
};
void find_foreign_options(ObjectReader& object, const OptionsOf& owner,
                          std::span<const OptionsOf> all);

// read_algorithms.cpp; only those of known kinds.
struct AlgorithmPart {
  models::AlgorithmSpec spec;
  // Options that could not be read or seem to be misspelt: they have their defaults.
  std::vector<const models::OptionSpec*> unread;
  // Those with a value that is not their default.
  std::vector<const models::OptionSpec*> chosen;
  // In place of the cluster's.
  std::optional<TopologyPart> topology;
};
[[nodiscard]] std::vector<AlgorithmPart> read_algorithm(const Place& place,
                                                        const std::filesystem::path& folder,
                                                        Json& resolved);
[[nodiscard]] std::vector<AlgorithmPart> read_algorithms(const Place& place,
                                                         const std::filesystem::path& folder,
                                                         Json& resolved);

// read_data.cpp: `data`; nothing of a kind that nobody knows. What could not be read has its
// default in the part, and then `sound` is false.
struct DataPart {
  models::DataSpec spec;
  bool sound = true;
};
[[nodiscard]] std::optional<DataPart> read_data(const Place& place,
                                                const std::filesystem::path& folder,
                                                Json& resolved);
// read_numerics.cpp: `numerics`, or what holds without it. The network is that of the model,
// `costed`, unless it is said; without layers after a fault, and of measured stages.
[[nodiscard]] models::Numerics read_numerics(const std::optional<Place>& place,
                                             const models::Mlp& costed, Json& resolved);

// read_traffic.cpp; the ends of flows are nodes of `named`. Without it they are not checked.
[[nodiscard]] std::vector<topologies::RawFlow> read_traffic(const Place& place,
                                                            const topologies::Topology* named,
                                                            Json& resolved);

// read_sweep.cpp: checks the axes against the whole document, and how many points they have.
void check_sweep(const Place& place, const Json& document);
// check_points.cpp: every point of a sound sweep must be a sound scenario. `faults_of` reads one.
// Of what an axis sets, the fault stands at its value; of what several do, at the sweep.
void check_points(const Json& document, const std::function<Faults(const Json&)>& faults_of,
                  FaultList& faults);

// certain_faults.cpp: the faults of a run of `scenario` on `cluster` (those of `make_setup`) that
// it has whatever stands in place of what could not be read: counts that are 0, a topology that is
// null, unread options.
[[nodiscard]] Faults certain_faults(const Scenario& scenario, const models::Cluster& cluster,
                                    const AlgorithmPart& algorithm);

// check_runs.cpp: what only the closed form knows. A run past 106 days is a fault, and so are the
// numbers of `document` that may make it one, for want of a unit; memory that does not fit is a
// warning.
void check_runs(const std::vector<models::Setup>& runs, const Json& document, FaultList& faults,
                Faults& warnings);

// idle_keys.cpp: warns of keys of the sound scenario `document` that have no effect on any of its
// runs, or on its traffic, if it has no runs.
void find_idle_keys(const Json& document, const std::vector<models::Setup>& runs, Faults& warnings);

}  // namespace lockstep::scenarios
