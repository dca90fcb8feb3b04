// One run, ready to be costed or simulated: an algorithm with its options, on a network of layers,
// on a cluster. The loader makes it; programs and closed forms read it.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "models/devices/background.hpp"
#include "models/devices/endpoint.hpp"
#include "models/devices/hardware.hpp"
#include "models/devices/measured_stage.hpp"
#include "models/devices/slowdown.hpp"
#include "models/language/mlp.hpp"
#include "models/language/options.hpp"
#include "models/language/rank.hpp"
#include "sim/base/picoseconds.hpp"
#include "topologies/topology.hpp"

namespace lockstep::models {

struct Algorithm;

using topologies::Connections;
using topologies::Sharing;

enum class Placement : std::uint8_t { dedicated, colocated };

// How gradients are applied where the algorithm does not say it itself: a rule of `optimizers.hpp`
// and its numbers, of which each rule uses some.
struct Optimizer {
  const UpdateRule* rule = &sgd_rule;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
};

// How a mini-batch is divided among workers: evenly unless one of these is set.
struct Shares {
  std::vector<std::int64_t> samples = {};  // of each worker; their sum is the global batch
  std::vector<double> parts = {};          // of each worker; their sum is 1
  bool by_speed = false;                   // in proportion to how fast workers compute

  [[nodiscard]] bool even() const { return samples.empty() && parts.empty() && !by_speed; }
};

struct Training {
  bool batch_is_global = false;
  std::int64_t batch = 0;  // samples: per worker, or global
  Shares shares = {};      // of a global batch
  std::int64_t iterations = 1;
  double learning_rate = 0.01;
  std::uint64_t seed = 1;
  Optimizer optimizer = {};
};

// The cluster of a scenario, shared by all its runs.
// What is one event of a simulation.
enum class Granularity : std::uint8_t {
  automatic,  // a step of a collective, where that is proven to change no result; else a message
  message,    // a message
  step,       // a step of a collective wherever all ranks begin together; it ends for all at once
};

struct Cluster {
  std::shared_ptr<const topologies::Topology> topology;
  std::vector<DeviceSpec> devices;  // one, for all hosts alike, or one for each host
  Sharing sharing = Sharing::max_min;
  Connections connections = Connections::ordered;
  Granularity granularity = Granularity::automatic;
  std::optional<Slowdown> slowdown = std::nullopt;  // of workers; dedicated servers are steady
  Endpoint endpoint = {};
  // Above 0, hosts are ranks of one machine, and host h computes on core h mod cores; 0: every host
  // computes on its own.
  int cores = 0;
  double crowding = 1;  // by how much computing takes longer if there are more ranks than cores
  std::vector<BackgroundTraffic> background = {};

  [[nodiscard]] int hosts() const { return static_cast<int>(topology->hosts.size()); }
  [[nodiscard]] const DeviceSpec& device_of_host(topologies::HostIndex host) const {
    return devices[devices.size() == 1 ? 0 : static_cast<std::size_t>(host)];
  }
};

struct AlgorithmSpec {
  const Algorithm* algorithm = nullptr;
  std::string label;    // defaults to the kind
  Options options;      // all that the algorithm declares
  std::string pointer;  // where it stands in the scenario: "/algorithm", "/algorithms/2"
  // The stages that the algorithm has found for the costed network (`Algorithm::partition`), if it
  // divides layers by their cost and another network is computed in place of the costed one.
  std::vector<PartitionStage> partition = {};
};

// Ranks 0 .. workers-1 are workers; servers follow: ranks workers .. workers+servers-1.
struct Setup {
  const Algorithm* algorithm = nullptr;
  Options options;
  std::string label;
  std::string pointer;
  Mlp mlp;
  // The measured stages of a pipeline, which replace the layers of `mlp`. `mlp` then has one layer
  // per stage, each of width 0 and with one-byte scalars, so that payloads count bytes.
  std::vector<MeasuredStage> measured;
  std::vector<PartitionStage> partition;  // as in the spec; empty: the algorithm finds its own
  Training training;
  Cluster cluster;
  int workers = 0;
  int servers = 0;
  Placement placement = Placement::dedicated;
  std::int64_t batch_per_worker = 0;    // samples of one mini-batch on one worker; if workers have
                                        // different shares, the most that one has
  std::vector<std::int64_t> batches;    // by worker, if they have different shares; else empty
  std::int64_t global_batch = 0;        // samples of one mini-batch on all workers
  std::int64_t used_per_iteration = 0;  // samples of one mini-batch whose gradients are not dropped

  [[nodiscard]] int ranks() const { return workers + servers; }
  // Returns the rule by which a worker or server takes a step with a gradient.
  [[nodiscard]] const UpdateRule& step_rule() const { return *training.optimizer.rule; }
  [[nodiscard]] bool is_server(Rank rank) const { return rank >= workers; }
  // Dedicated servers take the hosts after the workers; colocated server i sits beside worker i.
  [[nodiscard]] topologies::HostIndex host_of(Rank rank) const {
    return is_server(rank) && placement == Placement::colocated ? rank - workers : rank;
  }
  [[nodiscard]] const DeviceSpec& device_of(Rank rank) const {
    return cluster.device_of_host(host_of(rank));
  }
  // Whether messages that reach the rank are folded beside its device's products.
  [[nodiscard]] bool has_engine(Rank rank) const {
    return measured.empty() && device_of(rank).reductions == Reductions::engine;
  }
  // Whether messages that reach any worker, or a server beside it, are folded on its device.
  [[nodiscard]] bool workers_fold_on_devices() const;
  // Returns the samples of one mini-batch on a worker.
  [[nodiscard]] std::int64_t samples_of(Rank worker) const {
    return batches.empty() ? batch_per_worker : batches[static_cast<std::size_t>(worker)];
  }
  // Returns the samples of one mini-batch on all workers of lower rank.
  [[nodiscard]] std::int64_t samples_before(Rank worker) const {
    if (batches.empty()) return worker * batch_per_worker;
    return std::accumulate(batches.begin(), batches.begin() + worker, std::int64_t{0});
  }
  // Returns the measured stage of the rank, or null if it computes layers on a device.
  [[nodiscard]] const MeasuredStage* measured_stage(Rank rank) const {
    return measured.empty() ? nullptr : &measured[static_cast<std::size_t>(rank)];
  }
  // Whether no message goes through the network, because every stage says how long its messages
  // take.
  [[nodiscard]] bool all_sends_measured() const;
  // Whether all workers compute alike, and as much, and all servers too, apart from random factors.
  [[nodiscard]] bool same_devices() const;
  // Return the seconds that `work` takes on the slowest worker, or on the slowest server.
  [[nodiscard]] double slowest_worker_s(const Work& work) const;
  [[nodiscard]] double slowest_server_s(const Work& work) const;
};

}  // namespace lockstep::models
