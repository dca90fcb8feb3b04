#include "models/cost/make_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/cost/algorithm.hpp"
#include "models/cost/passes.hpp"
#include "models/language/common_options.hpp"

namespace lockstep::models {

namespace {

// Whether the algorithm can do with measured stages, if there are any.
void check_measured(const Setup& setup, Faults& faults) {
  if (setup.measured.empty()) return;
  const std::size_t stages = setup.measured.size();
  if (!setup.algorithm->pipeline || setup.algorithm->needs_layers)
    faults.push_back(
        {"/model/stages",
         fmt::format(
             "{} needs layers: measured stages give only the times of consecutive pipeline stages",
             setup.algorithm->kind)});
  else if (static_cast<std::int64_t>(stages) != setup.workers)
    faults.push_back({"/model/stages",
                      fmt::format("must have one entry for each of the {} stages of {}, found {}",
                                  setup.workers, setup.label, stages)});
}

// Replaces each measured stage by its parts, in the order in which a micro-batch goes through them:
// round after round, or there and back. A part sends on what its stage sends.
void divide_measured(Setup& setup) {
  if (setup.measured.empty() || setup.algorithm->chunks == nullptr) return;
  const std::int64_t chunks = setup.algorithm->chunks(setup);
  std::vector<MeasuredStage> whole = std::exchange(setup.measured, {});
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    for (MeasuredStage part : whole) {
      for (Picoseconds* span : {&part.forward, &part.backward_input, &part.backward_weight})
        *span = ceil_scaled(*span, 1 / static_cast<double>(chunks));
      part.parameter_bytes = block_count(part.parameter_bytes, chunks, chunk);
      setup.measured.push_back(part);
    }
    if (setup.algorithm->parts_turn_back) std::ranges::reverse(whole);
  }
  setup.mlp.layers = static_cast<std::int64_t>(setup.measured.size());
}

void check_memory(const Setup& setup, Faults& faults) {
  const topologies::Topology& topology = *setup.cluster.topology;
  const bool known = !topology.kind.empty();  // a stand-in has no kind
  if (setup.algorithm->shared_memory && known && !topology.memory)
    faults.push_back(
        {"/cluster/topology/kind", fmt::format("must be \"shared_memory\" for {}, found \"{}\"",
                                               setup.algorithm->kind, topology.kind)});
}

void check_ranks(const Setup& setup, Faults& faults) {
  const int hosts = setup.cluster.hosts();
  const bool dedicated = setup.placement == Placement::dedicated;
  const std::string where = setup.pointer + "/servers";
  if (setup.workers < 1) {
    faults.push_back({"/cluster/topology/hosts",
                      fmt::format("must leave a worker beside the {} dedicated server{} of {}, "
                                  "found {} host{}",
                                  setup.servers, setup.servers == 1 ? "" : "s",
                                  setup.algorithm->kind, hosts, hosts == 1 ? "" : "s")});
  } else if (!dedicated && setup.servers > setup.workers) {
    faults.push_back({where, fmt::format("must be at most the number of workers, {}, because "
                                         "colocated servers share their hosts, found {}",
                                         setup.workers, setup.servers)});
  }
}

// Gives every worker's device, or measured stage, the mean factor; dedicated servers keep theirs.
void set_slowdown(Setup& setup) {
  if (!setup.cluster.slowdown) return;
  std::vector<DeviceSpec>& devices = setup.cluster.devices;
  const bool all_work = setup.servers == 0 || setup.placement == Placement::colocated;
  if (devices.size() == 1 && !all_work) {
    const DeviceSpec device = devices.front();
    devices.assign(static_cast<std::size_t>(setup.cluster.hosts()), device);
  }
  const std::size_t slowed = all_work ? devices.size() : static_cast<std::size_t>(setup.workers);
  for (std::size_t host = 0; host < slowed; ++host)
    devices[host].slowdown = setup.cluster.slowdown->mean;
  for (MeasuredStage& stage : setup.measured)
    for (Picoseconds* span : {&stage.forward, &stage.backward_input, &stage.backward_weight})
      *span = ceil_scaled(*span, setup.cluster.slowdown->mean);
}

// Ranks that crowd on cores keep each other out of caches, and messages switch between them.
void set_crowding(Setup& setup) {
  const Cluster& cluster = setup.cluster;
  if (cluster.cores == 0 || cluster.cores >= setup.ranks()) return;
  for (DeviceSpec& device : setup.cluster.devices) device.slowdown *= cluster.crowding;
  Endpoint& endpoint = setup.cluster.endpoint;
  endpoint.overhead_s = std::max(endpoint.overhead_s, endpoint.crowded_overhead_s);
}

// Cores that share a memory, or that several ranks share, add up for themselves.
void set_reductions(Setup& setup) {
  if (setup.cluster.cores == 0 && !setup.cluster.topology->memory) return;
  for (DeviceSpec& device : setup.cluster.devices) device.reductions = Reductions::device;
}

void set_optimizer(Setup& setup, Faults& faults) {
  const Algorithm& algorithm = *setup.algorithm;
  if (algorithm.optimizer != nullptr) setup.training.optimizer = algorithm.optimizer(setup);
  if (algorithm.own_rule == nullptr || &setup.step_rule() == &sgd_rule) return;
  if (const std::string_view own = algorithm.own_rule(setup); !own.empty())
    faults.push_back(
        {"/training/optimizer", fmt::format("must be \"sgd\" for {}, which {}, found \"{}\"",
                                            setup.label, own, setup.step_rule().name)});
}

// Divides `total` in proportion to `weights`: everyone gets what its weight makes in whole numbers,
// but at least 1, and what is left goes to the largest remainders, lower ranks first.
std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::int64_t> parts;
  std::vector<std::pair<double, std::size_t>> remainders;  // negative, to sort the largest first
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double exact = static_cast<double>(total) * weights[i] / sum;
    parts.push_back(std::max<std::int64_t>(1, static_cast<std::int64_t>(exact)));
    remainders.emplace_back(static_cast<double>(parts.back()) - exact, i);
  }
  std::ranges::sort(remainders);
  std::int64_t left = total - std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  for (std::size_t i = 0; left > 0; i = (i + 1) % parts.size(), --left)
    ++parts[remainders[i].second];
  while (left < 0) {  // those of less than a whole sample have taken too many
    --*std::ranges::max_element(parts);
    ++left;
  }
  return parts;
}

// How fast each worker goes through its mini-batch if all have equally many samples.
std::vector<double> speeds_of(const Setup& setup) {
  const std::int64_t samples = std::max<std::int64_t>(1, setup.global_batch / setup.workers);
  std::vector<double> speeds;
  for (Rank rank = 0; rank < setup.workers; ++rank)
    speeds.push_back(1 / passes_s(setup, rank, samples));
  return speeds;
}

void set_shares(Setup& setup, Faults& faults) {
  const Shares& shares = setup.training.shares;
  const std::string pointer =
      setup.training.batch_is_global ? "/training/shares" : "/training/batch_per_worker";
  if (!setup.algorithm->takes_shares) {
    faults.push_back(
        {pointer, fmt::format("must be left out for {}, whose workers have equal parts "
                              "of a mini-batch",
                              setup.label)});
    return;
  }
  const std::size_t given = std::max(shares.samples.size(), shares.parts.size());
  if (given > 0 && given != static_cast<std::size_t>(setup.workers)) {
    faults.push_back({pointer, fmt::format("must have an entry for each of the {} workers of {}, "
                                           "found {}",
                                           setup.workers, setup.label, given)});
    return;
  }
  if (setup.global_batch < setup.workers) {
    faults.push_back({"/training/global_batch",
                      fmt::format("must have a sample for each of the {} workers of {}, found {}",
                                  setup.workers, setup.label, setup.global_batch)});
    return;
  }
  if (shares.by_speed)
    setup.batches = apportion(setup.global_batch, speeds_of(setup));
  else if (!shares.parts.empty())
    setup.batches = apportion(setup.global_batch, shares.parts);
  else
    setup.batches = shares.samples;
  setup.batch_per_worker = std::ranges::max(setup.batches);
  const bool even = std::ranges::min(setup.batches) == setup.batch_per_worker;
  if (even) setup.batches.clear();
}

// Each worker goes through its mini-batch in equal parts.
void check_accumulation(const Setup& setup, Faults& faults) {
  const std::int64_t steps = accumulation_steps(setup.options);
  for (Rank worker = 0; worker < (setup.batches.empty() ? 1 : setup.workers); ++worker) {
    if (setup.samples_of(worker) % steps == 0) continue;
    return faults.push_back({setup.pointer + "/accumulation_steps",
                             fmt::format("must divide the {} samples that a worker has of a "
                                         "mini-batch, found {}",
                                         setup.samples_of(worker), steps)});
  }
}

void set_batch(Setup& setup, Faults& faults) {
  const std::int64_t batch = setup.training.batch;
  const std::vector<std::int64_t>& samples = setup.training.shares.samples;
  if (!samples.empty())
    setup.global_batch = std::accumulate(samples.begin(), samples.end(), std::int64_t{0});
  else
    setup.global_batch = setup.training.batch_is_global ? batch : batch * setup.workers;
  // In a pipeline each mini-batch goes through every worker.
  const bool whole = setup.algorithm->family == Family::model_parallel;
  setup.batch_per_worker = whole ? setup.global_batch : setup.global_batch / setup.workers;
  const bool even = setup.training.shares.even();
  if (!even) set_shares(setup, faults);
  setup.used_per_iteration = setup.algorithm->used_per_iteration == nullptr
                                 ? setup.global_batch
                                 : setup.algorithm->used_per_iteration(setup);
  const Count activation_bytes =
      Count{setup.global_batch} * setup.mlp.widest() * setup.mlp.precision.activations;
  if (activation_bytes > Count{9'000'000'000'000'000'000}) {
    faults.push_back({"/training", fmt::format("the activations of one layer for the {} samples of "
                                               "a mini-batch must be at most 9e18 bytes",
                                               setup.global_batch)});
    return;
  }
  if (even && setup.algorithm->family == Family::data_parallel &&
      setup.global_batch % setup.workers != 0) {
    faults.push_back({"/training/global_batch",
                      fmt::format("must be a multiple of the {} workers of {}, found {}",
                                  setup.workers, setup.label, batch)});
  }
}

}  // namespace

Result<Setup> make_setup(const Mlp& mlp, const Training& training, const Cluster& cluster,
                         const AlgorithmSpec& spec, const std::vector<MeasuredStage>& measured) {
  Setup setup;
  setup.algorithm = spec.algorithm;
  setup.options = spec.options;
  setup.label = spec.label.empty() ? std::string(spec.algorithm->kind) : spec.label;
  setup.pointer = spec.pointer;
  setup.mlp = mlp;
  setup.measured = measured;
  setup.partition = spec.partition;
  setup.training = training;
  setup.cluster = cluster;
  if (spec.options.has(placement_option) && spec.options[placement_option] == "colocated")
    setup.placement = Placement::colocated;
  setup.servers = spec.algorithm->servers(spec.options);
  setup.workers = spec.algorithm->workers(spec.options, cluster.hosts());
  Faults faults;
  check_ranks(setup, faults);
  check_measured(setup, faults);
  check_memory(setup, faults);
  if (!faults.empty()) return faults;
  divide_measured(setup);
  set_optimizer(setup, faults);
  set_batch(setup, faults);
  check_accumulation(setup, faults);
  set_slowdown(setup);
  set_crowding(setup);
  set_reductions(setup);
  if (spec.algorithm->check != nullptr) spec.algorithm->check(setup, faults);
  if (!faults.empty()) return faults;
  return setup;
}

}  // namespace lockstep::models
