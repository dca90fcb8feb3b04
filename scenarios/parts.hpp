// Functions that read the parts of a scenario, each from its place in the document. Each adds its
// faults and returns what it read together with its resolved copy; after a fault, it returns
// stand-ins.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/cost/closed_form.hpp"
#include "models/language/setup.hpp"
#include "scenarios/object_reader.hpp"
#include "scenarios/place.hpp"
#include "scenarios/sweep.hpp"
#include "topologies/topology_spec.hpp"
#include "topologies/traffic.hpp"

namespace lockstep::scenarios {

// read_training.cpp: adds stages to `measured` if the model has them in place of layers.
[[nodiscard]] models::Mlp read_model(const Place& place,
                                     std::vector<models::MeasuredStage>& measured, Json& resolved);
// read_precision.cpp: reads how many bytes the scalars of a model take. A name stands for equal
// scalars, or for mixed precision after Micikevicius et al., ICLR 2018: 16 bytes a parameter with
// Adam.
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
  std::optional<models::Checkpointing> checkpointing = std::nullopt;
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
// with a count. `bytes_per_scalar` is the size of their parameters.
[[nodiscard]] bool has_stages(const Place& model);
[[nodiscard]] std::vector<models::MeasuredStage> read_stages(const Place& place,
                                                             std::int64_t bytes_per_scalar,
                                                             Json& resolved);

// The bandwidth of a link whose own could not be read; every builder accepts it.
inline constexpr double stand_in_bandwidth = 1;

// read_links.cpp: reads bandwidth, latency and preset of a link as keys of `object`.
void read_link_keys(ObjectReader& object, topologies::LinkSpec& link);
// Reads the one link of a uniform topology: an object with these keys, or a preset's name.
[[nodiscard]] topologies::LinkSpec read_uniform_link(const Place& place, Json& resolved);

// read_shape.cpp: reads the settings of a shape, by its table of keys, into `spec.settings`.
void read_shape_keys(ObjectReader& object, std::span<const topologies::ShapeKey> keys,
                     topologies::TopologySpec& spec);

// read_link_overrides.cpp: returns a copy of a built shape in which the links in the list at
// `place` have the bandwidth and latency that the list gives.
[[nodiscard]] std::shared_ptr<const topologies::Topology> with_overrides(
    const Place& place, const topologies::Topology& shape, Json& resolved);

// The choices of `routing`, in the order of the enum.
inline constexpr std::array<std::string_view, 4> routing_names = {"ecmp", "spread", "single",
                                                                  "routes"};

// read_graph.cpp: reads the keys of a custom topology or, if it names a file, what is in the file.
void read_graph_keys(ObjectReader& object, const std::filesystem::path& folder,
                     topologies::TopologySpec& spec);
// Returns the resolved copy of a topology whose graph was read from a file; it does not need the
// file.
[[nodiscard]] Json resolve_file(const topologies::TopologySpec& spec,
                                const topologies::Topology& topology, const Json& resolved);

// A faulty topology still serves to check what refers to it.
struct TopologyPart {
  // After a fault, a stand-in with as many hosts; null if their number is unknown.
  std::shared_ptr<const topologies::Topology> topology;
  // A topology whose nodes have the right names; null where not all of them are known.
  std::shared_ptr<const topologies::Topology> named;
};

// read_topology.cpp
[[nodiscard]] TopologyPart read_topology(const Place& place, const std::filesystem::path& folder,
                                         Json& resolved);
// Returns a sound topology with this many hosts.
[[nodiscard]] std::shared_ptr<const topologies::Topology> stand_in_topology(std::int64_t hosts);

// read_cluster.cpp: reads a cluster, whose topology is `TopologyPart::topology`. Raw flows and
// measured stages need no device.
struct ClusterPart {
  models::Cluster cluster;
  std::optional<models::Failures> failures;
  bool best_rank_order = false;
  bool ordered_ranks = false;
  std::shared_ptr<const topologies::Topology> named;
};
[[nodiscard]] ClusterPart read_cluster(const Place& place, const std::filesystem::path& folder,
                                       bool device_required, Json& resolved);

// read_devices.cpp: reads one device, or one for each host; `hosts` is the number of hosts, if
// known. Cores that hosts share, or that share a memory, fold messages themselves, unless told
// otherwise.
[[nodiscard]] std::vector<models::DeviceSpec> read_devices(const Place& place,
                                                           std::optional<std::int64_t> hosts,
                                                           bool shared_cores, Json& resolved);

// read_failures.cpp: reads `cluster.failures`, in which hosts must be below `hosts`, if that number
// is known, and `training.checkpoint`.
[[nodiscard]] models::Failures read_failures(const Place& place, std::optional<std::int64_t> hosts,
                                             const topologies::Topology* topology, Json& resolved);

// read_rank_order.cpp: which host each rank runs on; empty: as numbered. The topology may be null.
struct RankOrderPart {
  std::vector<topologies::HostIndex> hosts;
  bool best = false;  // to be found by simulation
};
[[nodiscard]] RankOrderPart read_rank_order(const Place& place,
                                            const topologies::Topology* topology);
[[nodiscard]] std::vector<models::BackgroundTraffic> read_background(
    const Place& place, std::optional<std::int64_t> hosts, models::Sharing sharing, Json& resolved);
[[nodiscard]] models::Checkpointing read_checkpointing(const Place& place, Json& resolved);

// read_slowdown.cpp
[[nodiscard]] models::Slowdown read_slowdown(const Place& place,
                                             const std::filesystem::path& folder, Json& resolved);

// read_options.cpp: reads the values of the options that a table declares, with defaults filled in.
struct OptionsPart {
  models::Options options;
  std::vector<const models::OptionSpec*> unread;  // could not be read, so have their defaults
  std::vector<const models::OptionSpec*> chosen;  // have a value that is not their default
};
[[nodiscard]] OptionsPart read_options(ObjectReader& object,
                                       std::span<const models::OptionSpec> specs);
// Reads one value of an option.
[[nodiscard]] std::optional<models::OptionValue> read_option(const Place& place,
                                                             const models::OptionSpec& spec);
[[nodiscard]] Json option_json(const models::OptionValue& value);
// The options of one kind. An option that belongs to another kind of the same sort gets its own
// fault: `"micro_batches" is an option of gpipe, not of sync_sgd`.
struct OptionsOf {
  std::string_view kind;
  std::span<const models::OptionSpec> options;
};
void find_foreign_options(ObjectReader& object, const OptionsOf& owner,
                          std::span<const OptionsOf> all);

// read_algorithms.cpp: reads the algorithms of known kinds.
struct AlgorithmPart {
  models::AlgorithmSpec spec;
  // Options that could not be read or seem to be misspelt: they have their defaults.
  std::vector<const models::OptionSpec*> unread;
  // Options with a value that is not their default.
  std::vector<const models::OptionSpec*> chosen;
  // The algorithm's own topology, in place of the cluster's.
  std::optional<TopologyPart> topology;
};
[[nodiscard]] std::vector<AlgorithmPart> read_algorithm(const Place& place,
                                                        const std::filesystem::path& folder,
                                                        Json& resolved);
[[nodiscard]] std::vector<AlgorithmPart> read_algorithms(const Place& place,
                                                         const std::filesystem::path& folder,
                                                         Json& resolved);

// read_data.cpp: reads `data`; returns nothing if its kind is unknown. What could not be read has
// its default in the part, and then `sound` is false.
struct DataPart {
  models::DataSpec spec;
  bool sound = true;
};
[[nodiscard]] std::optional<DataPart> read_data(const Place& place,
                                                const std::filesystem::path& folder,
                                                Json& resolved);
// read_numerics.cpp: reads `numerics`, or returns what holds without it. The network is that of the
// model, `costed`, unless it is given; it has no layers after a fault or if the model has measured
// stages.
[[nodiscard]] models::Numerics read_numerics(const std::optional<Place>& place,
                                             const models::Mlp& costed, Json& resolved);

// read_traffic.cpp: reads flows, whose ends are nodes of `named`. Without it, they are not checked.
[[nodiscard]] std::vector<topologies::RawFlow> read_traffic(const Place& place,
                                                            const topologies::Topology* named,
                                                            Json& resolved);

// read_sweep.cpp: reads the axes, whose pointers lead into `document`; no axes after a fault.
[[nodiscard]] Sweep read_sweep(const Place& place, const Json& document);
// sweep_range.cpp: the values of a range; none after a fault.
[[nodiscard]] std::vector<Json> range_values(const Place& place);

// check_points.cpp: returns the document at a point of a sweep, made from the one without its
// sweep, or why a value cannot be put there.
[[nodiscard]] Result<Json> document_at(const Json& plain, const std::vector<SweptValue>& values);
// Returns a fault of a point's document as one of the sweep: what one axis sets is placed at the
// axis's value, any other fault at the sweep.
[[nodiscard]] Fault fault_at(const std::vector<SweptValue>& values, const Fault& fault);
// Checks that every point of a sweep is a sound scenario; `faults_of` reads one.
void check_points(const Json& plain, const Sweep& sweep,
                  const std::function<Faults(const Json&)>& faults_of, FaultList& faults);

// read_plan.cpp: reads what `lockstep plan` chooses from; `place` is null where the scenario does
// not say. `algorithms` are those of the scenario.
[[nodiscard]] Plan read_plan(const std::optional<Place>& place, const Json& document,
                             const std::vector<AlgorithmPart>& algorithms);

// load_scenario.cpp: reads the whole of a document; `name` is for scenarios without one.
[[nodiscard]] Scenario read_scenario(const Json& document, const std::filesystem::path& folder,
                                     const std::string& name, const LoadOptions& options,
                                     FaultList& faults);

// certain_faults.cpp: returns the faults (of `make_setup`) that a run of `scenario` on `cluster`
// has whatever stands in for what could not be read: counts that are 0, a topology that is null,
// unread options.
[[nodiscard]] Faults certain_faults(const Scenario& scenario, const models::Cluster& cluster,
                                    const AlgorithmPart& algorithm);

// check_runs.cpp: checks what only the closed form knows. A run of more than 106 days is a fault,
// and so are the numbers of `document` that may cause it for want of a unit; memory that does not
// fit is a warning.
std::vector<models::ClosedForm> check_runs(const std::vector<models::Setup>& runs,
                                           const Json& document, FaultList& faults,
                                           Faults& warnings);

// idle_keys.cpp: warns of keys of the sound scenario `document` that have no effect on any of its
// runs, or on its traffic, if it has no runs.
void find_idle_keys(const Json& document, const std::vector<models::Setup>& runs, Faults& warnings);

// idle_links.cpp: warns of links of a custom topology that no route between hosts goes over. Looks
// at topologies of up to 500 hosts.
void find_idle_links(const topologies::Topology& topology, Faults& warnings);

}  // namespace lockstep::scenarios
