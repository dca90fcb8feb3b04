#include "models/cost/make_setup.hpp"

#include <fmt/format.h>

#include "models/cost/algorithm.hpp"
#include "models/language/common_options.hpp"

namespace lockstep::models {

namespace {

// Whether the algorithm can do with measured stages, if there are any.
void check_measured(const Setup& setup, Faults& faults) {
  if (setup.measured.empty()) return;
  const std::size_t stages = setup.measured.size();
  if (!setup.algorithm->pipeline)
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
  if (devices.size() == 1 && !all_work)
    devices.assign(static_cast<std::size_t>(setup.cluster.hosts()), devices.front());
  const std::size_t slowed = all_work ? devices.size() : static_cast<std::size_t>(setup.workers);
  for (std::size_t host = 0; host < slowed; ++host)
    devices[host].slowdown = setup.cluster.slowdown->mean;
  for (MeasuredStage& stage : setup.measured)
    for (Picoseconds* span : {&stage.forward, &stage.backward_input, &stage.backward_weight})
      *span = ceil_scaled(*span, setup.cluster.slowdown->mean);
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

void set_batch(Setup& setup, Faults& faults) {
  const std::int64_t batch = setup.training.batch;
  if (!setup.training.batch_is_global) {
    setup.global_batch = batch * setup.workers;
  } else {
    setup.global_batch = batch;
  }
  // In a pipeline each mini-batch goes through every worker.
  const bool whole = setup.algorithm->family == Family::model_parallel;
  setup.batch_per_worker = whole ? setup.global_batch : setup.global_batch / setup.workers;
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
  if (setup.algorithm->family == Family::data_parallel && setup.global_batch % setup.workers != 0) {
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
  set_optimizer(setup, faults);
  set_batch(setup, faults);
  set_slowdown(setup);
  set_reductions(setup);
  if (spec.algorithm->check != nullptr) spec.algorithm->check(setup, faults);
  if (!faults.empty()) return faults;
  return setup;
}

}  // namespace lockstep::models
